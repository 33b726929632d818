/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A message of a transacted session is deferred, dead-lettered or abandoned by the commit: rule X1. */
@Tag("X1")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class TransactedSettlementTest extends ThreeOrders {

    private final boolean partitioned;

    TransactedSettlementTest(boolean partitioned) {
        this.partitioned = partitioned;
    }

    @Override
    boolean isPartitioned() {
        return partitioned;
    }

    @BeforeEach
    void useIt() throws JMSException {
        use(Session.SESSION_TRANSACTED);
    }

    private List<String> shown() throws JMSException {
        List<String> shown = new ArrayList<>();
        try (Session looking = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            for (Message message : ((BusSession) looking).peek(broker.queue(ORDERS), 0, 250)) {
                shown.add(text(message) + " " + message.getStringProperty("JMS_SB_State"));
            }
        }
        return shown;
    }

    private PeekLocked next() throws JMSException {
        return PeekLocked.of(take(consumer));
    }

    @Test
    @Tag("F1")
    @Tag("F2")
    @Tag("D2")
    void commitDoesWhatWasCalled() throws JMSException {
        PeekLocked a = next();
        PeekLocked b = next();
        PeekLocked c = next();
        a.defer(Map.of("why", "later"));
        b.deadLetter("bad", "no such customer");
        c.abandon();
        assertThat(shown()).containsExactly("a Locked", "b Locked", "c Locked");
        session.commit();
        assertThat(shown()).containsExactly("a Deferred", "c Active");
        Message again = take(consumer);
        assertThat(text(again)).isEqualTo("c");
        assertThat(deliveryCount(again)).isEqualTo(2);
        Message deferred = ((BusSession) session)
                .receiveDeferred(broker.queue(ORDERS), a.sequenceNumber())
                .get(0);
        assertThat(deferred.getStringProperty("why")).isEqualTo("later");
        session.commit();
        Queue dead = broker.queue(ORDERS + "/$deadletterqueue");
        assertThat(take(session.createConsumer(dead)).getStringProperty("DeadLetterReason"))
                .isEqualTo("bad");
        session.commit();
        assertThat(shown()).isEmpty();
    }

    @Test
    @Tag("L6")
    void rollbackForgetsItAndUnlocksInOrder() throws JMSException {
        next().defer();
        next().deadLetter("bad", null);
        next().abandon(Duration.ofHours(1));
        session.rollback();
        for (String text : List.of("a", "b", "c")) {
            Message again = take(consumer);
            assertThat(text(again)).isEqualTo(text);
            assertThat(deliveryCount(again)).isEqualTo(2);
        }
        session.commit();
        assertThat(shown()).isEmpty();
    }

    @Test
    void closeForgetsItToo() throws JMSException {
        next().defer();
        session.close();
        assertThat(shown()).containsExactly("a Active", "b Active", "c Active");
    }

    @Test
    void ofSeveralCallsTheLastCounts() throws JMSException {
        PeekLocked a = next();
        a.defer();
        a.complete();
        PeekLocked b = next();
        b.deadLetter("bad", null);
        b.release();
        session.commit();
        assertThat(shown()).containsExactly("b Active", "c Active");
        assertThat(deliveryCount(take(consumer))).isEqualTo(1);
    }

    @Test
    @Tag("Q2")
    @Tag("L11")
    void whatTheCommitWouldRefuseFailsAtTheCall() throws JMSException {
        PeekLocked a = next();
        assertThatThrownBy(() -> a.defer(Map.of("p", "x".repeat(70_000))))
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo("MessageSizeExceeded"));
        assertThatThrownBy(() -> a.abandon(Duration.ofMillis(-1))).isInstanceOf(IllegalStateException.class);
        a.defer();
        session.commit();
        assertThat(shown()).containsExactly("a Deferred", "b Active", "c Active");
    }

    @Test
    @Tag("L7")
    void afterTheCommitItsLockIsLost() throws JMSException {
        PeekLocked a = next();
        session.commit();
        assertThatThrownBy(a::defer)
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo("MessageLockLost"));
    }

    @Test
    void aListenerSettlesByItsCommit() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        consumer.setMessageListener(message -> {
            try {
                if ("b".equals(text(message))) {
                    PeekLocked.of(message).defer();
                }
                session.commit();
                seen.add(text(message));
            } catch (JMSException e) {
                seen.add(String.valueOf(e.getMessage()));
            }
        });
        for (String text : List.of("a", "b", "c")) {
            assertThat(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo(text);
        }
        assertThat(shown()).containsExactly("b Deferred");
    }
}
