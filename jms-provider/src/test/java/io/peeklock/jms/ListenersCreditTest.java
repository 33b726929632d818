/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Listeners of one session, one of which has the message that all wait for: whatever becomes of it, the others go on. */
@Tag("L5")
class ListenersCreditTest {

    private final HeldTimer timer = new HeldTimer();
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<JMSException> failures = new LinkedBlockingQueue<>();
    private InterceptedBroker broker;
    private Session sender;

    @BeforeEach
    void open() throws JMSException {
        broker = new InterceptedBroker("", timer);
        broker.connection.setExceptionListener(failures::add);
        sender = broker.connect().createSession();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void send(String queue, String text) {
        try (MessageProducer producer = sender.createProducer(sender.createQueue(queue))) {
            producer.send(sender.createTextMessage(text));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private void hear(Message message) {
        try {
            heard.add(TestBroker.text(message));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private MessageConsumer listener(Session session, String queue) throws JMSException {
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
        consumer.setMessageListener(this::hear);
        return consumer;
    }

    private void awaitHeard(String... texts) {
        Awaitility.await().untilAsserted(() -> assertThat(heard).containsExactlyInAnyOrder(texts));
    }

    private void status(String queue, EntityStatus status) throws Exception {
        broker.namespace
                .updateQueue(QueueDescription.builder(queue).status(status).build())
                .get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
    }

    /** A message that is there already when everybody is asked for theirs. */
    @Test
    void isNotWithOneWhoRests() throws Exception {
        Session session = broker.connection.createSession();
        listener(session, "resting");
        status("resting", EntityStatus.RECEIVE_DISABLED);
        assertThat(failures.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isNotNull();
        status("resting", EntityStatus.ACTIVE);
        send("resting", "a");
        send("other", "b");
        listener(session, "other");
        awaitHeard("b");
        timer.run();
        awaitHeard("a", "b");
    }

    @Test
    void goesOnWhereNothingCanBeScheduled() throws JMSException {
        Session session = broker.connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        listener(session, "one");
        listener(session, "other");
        timer.failing(new LinkageError("on purpose"));
        send("one", "a");
        awaitHeard("a");
        send("one", "b");
        send("other", "c");
        awaitHeard("a", "b", "c");
    }

    private void awaitRequests(int count) {
        Awaitility.await().until(() -> broker.requests() >= count);
    }

    private static void awaitDone(CompletableFuture<?> request) {
        request.orTimeout(TestBroker.LONG_MS, TimeUnit.MILLISECONDS).join();
    }

    /** It comes in the moment in which what its listener waits for is taken back. */
    @Test
    void isGivenBackWithAMessageThatCannotBe() throws JMSException {
        Session session = broker.connection.createSession();
        PeeklockConsumer left = (PeeklockConsumer) listener(session, "left");
        listener(session, "other");
        awaitRequests(2);
        broker.beforeNextCancel(request -> {
            send("left", "a");
            awaitDone(request);
            broker.failing("settle", new IllegalStateException("on purpose"));
        });
        left.recall();
        broker.mend("settle");
        send("other", "b");
        awaitHeard("b");
    }

    /** Nobody is given a message that he would have to give back, to the next one who is about to. */
    @Test
    @Tag("L10")
    void isWithNobodyWhileAllStop() throws JMSException {
        int listeners = 20;
        Session session = broker.connection.createSession();
        for (int i = 0; i < listeners; i++) {
            listener(session, "queue-" + i);
        }
        awaitRequests(listeners);
        broker.beforeNextCancel(request -> {
            for (int i = 0; i < listeners; i++) {
                send("queue-" + i, "m" + i);
            }
        });
        broker.connection.stop();
        assertThat(broker.releases()).isZero();
        broker.connection.start();
        Awaitility.await().until(() -> heard.size() == listeners);
    }
}
