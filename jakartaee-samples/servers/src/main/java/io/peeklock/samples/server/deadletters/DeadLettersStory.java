/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.deadletters;

import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.selector.Selector;
import io.peeklock.jms.BusContext;
import io.peeklock.samples.server.Chronicle;
import io.peeklock.samples.server.Story;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.servlet.annotation.WebServlet;
import jakarta.transaction.UserTransaction;
import java.util.List;
import java.util.function.Consumer;

/**
 * Has labels printed without paper, looks at the dead letters, gives paper, and has those sent their way again whose cause that was.
 * For one request at a time.
 */
@WebServlet("/dead-letters")
public class DeadLettersStory extends Story {

    private static final long serialVersionUID = 1L;
    private static final List<String> LABELS = List.of("label 1", "label 2");
    private static final int DELIVERIES = 3;
    private static final long PATIENCE_MS = 30_000;
    private static final EntityPath DEAD = EntityPath.queue("labels").deadLetterQueue();

    @Resource(name = "jms/bus")
    private transient ConnectionFactory bus;

    @Resource
    private transient UserTransaction transaction;

    @Inject
    private transient Chronicle chronicle;

    @Inject
    private transient PaperTray paper;

    @Override
    protected void tell(Consumer<String> line) throws Exception {
        paper.setEmpty(true);
        try (JMSContext context = bus.createContext()) {
            for (String label : LABELS) {
                context.createProducer().send(context.createQueue("labels"), label);
            }
            chronicle.take(LABELS.size() * DELIVERIES).stream().sorted().forEach(line);

            look(line);

            paper.setEmpty(false);
            Namespace namespace = ((BusContext) context).busSession().namespace();
            MessageSelection failed =
                    MessageSelection.ALL.matching(Selector.parse("DeadLetterReason = 'MaxDeliveryCountExceeded'"));
            line.accept("go their way again: "
                    + namespace.redriveMessages(DEAD, failed).result().join().done());
            chronicle.take(LABELS.size()).stream().sorted().forEach(line);
        }
    }

    /** Under their locks, in a transaction that gives them back. */
    private void look(Consumer<String> line) throws Exception {
        transaction.begin();
        try (JMSContext context = bus.createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(DEAD.toString()))) {
            for (int i = 0; i < LABELS.size(); i++) {
                Message letter = consumer.receive(PATIENCE_MS);
                line.accept("dead letter: " + letter.getBody(String.class) + ", because of "
                        + letter.getStringProperty("DeadLetterReason"));
            }
        } finally {
            transaction.rollback();
        }
    }
}
