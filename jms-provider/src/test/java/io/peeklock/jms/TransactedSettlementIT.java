/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a transacted session has settled otherwise, and states of sessions, on files, after the store was opened again. */
@Tag("X1")
@Tag("G6")
@Tag("F7")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class TransactedSettlementIT {

    private static final String TRIPS = "trips";
    private static final String DEAD = TRIPS + "/$deadletterqueue";

    private final boolean partitioned;

    @TempDir
    private Path directory;

    TransactedSettlementIT(boolean partitioned) {
        this.partitioned = partitioned;
    }

    private TestBroker open() throws JMSException {
        return new TestBroker(
                new PeeklockConnectionFactory("peeklock:file:" + directory.resolve("bus") + "?partitions=4"));
    }

    private void send(TestBroker broker, String... texts) throws JMSException {
        broker.namespace()
                .createQueue(QueueDescription.builder(TRIPS)
                        .partitioned(partitioned)
                        .sessionRequired(true)
                        .build())
                .join();
        try (Session session = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(broker.queue(TRIPS))) {
            for (String text : texts) {
                Message message = session.createTextMessage(text);
                message.setStringProperty("JMSXGroupID", "tram-7");
                producer.send(message);
            }
        }
    }

    private static SessionConsumer accept(TestBroker broker, BusSession session) throws JMSException {
        return session.acceptSession(broker.queue(TRIPS), "tram-7");
    }

    /** Does everything that a transaction can do, but for its end; gives the number of what it defers. */
    private static long work(TestBroker broker, BusSession session) throws JMSException {
        SessionConsumer held = accept(broker, session);
        PeekLocked first = PeekLocked.of(take(held));
        first.defer();
        PeekLocked.of(take(held)).deadLetter("bad", null);
        take(held);
        held.setSessionState("on its way".getBytes(UTF_8));
        return first.sequenceNumber();
    }

    @Test
    void isThereIfItWasCommitted() throws JMSException {
        long deferred;
        try (TestBroker broker = open()) {
            send(broker, "a", "b", "c");
            BusSession session = (BusSession) broker.session(Session.SESSION_TRANSACTED);
            deferred = work(broker, session);
            session.commit();
        }
        try (TestBroker broker = open();
                BusSession session = (BusSession) broker.session(Session.SESSION_TRANSACTED)) {
            SessionConsumer held = accept(broker, session);
            assertThat(held.getSessionState()).contains("on its way".getBytes(UTF_8));
            assertThat(held.receiveNoWait()).isNull();
            assertThat(text(held.receiveDeferred(deferred).get(0))).isEqualTo("a");
            session.commit();
            assertThat(broker.drain(DEAD)).containsExactly("b");
        }
    }

    @Test
    void isNotIfItWasNot() throws JMSException {
        try (TestBroker broker = open()) {
            send(broker, "a", "b", "c");
            work(broker, (BusSession) broker.session(Session.SESSION_TRANSACTED));
        }
        try (TestBroker broker = open();
                BusSession session = (BusSession) broker.session(Session.SESSION_TRANSACTED)) {
            SessionConsumer held = accept(broker, session);
            assertThat(held.getSessionState()).isEmpty();
            for (String text : new String[] {"a", "b", "c"}) {
                Message again = take(held);
                assertThat(text(again)).isEqualTo(text);
                assertThat(deliveryCount(again)).isEqualTo(2);
            }
            assertThat(broker.drain(DEAD)).isEmpty();
        }
    }
}
