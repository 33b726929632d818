/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.peeklock;

import io.peeklock.samples.server.Chronicle;
import io.peeklock.samples.server.Story;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.servlet.annotation.WebServlet;
import java.util.List;
import java.util.function.Consumer;

/** Orders four drinks, and looks for those that have become dead letters. For one request at a time. */
@WebServlet("/peek-lock")
public class PeekLockStory extends Story {

    private static final long serialVersionUID = 1L;
    private static final List<String> DRINKS =
            List.of("one espresso", "a drink that nobody knows", "???", "a slow brew");
    private static final int NOTES = 6;
    private static final long PATIENCE_MS = 30_000;

    @Resource(name = "jms/bus")
    private transient ConnectionFactory bus;

    @Inject
    private transient Chronicle chronicle;

    @Override
    protected void tell(Consumer<String> line) throws InterruptedException, JMSException {
        try (JMSContext context = bus.createContext()) {
            Queue drinks = context.createQueue("drinks");
            for (String drink : DRINKS) {
                context.createProducer().send(drinks, drink);
            }
            chronicle.take(NOTES).forEach(line);
            try (JMSConsumer deadLetters = context.createConsumer(context.createQueue("drinks/$deadletterqueue"))) {
                for (int i = 0; i < 2; i++) {
                    Message dead = deadLetters.receive(PATIENCE_MS);
                    line.accept("dead letter: " + dead.getBody(String.class) + ", because of "
                            + dead.getStringProperty("DeadLetterReason"));
                }
            }
        }
    }
}
