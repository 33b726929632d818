/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.deliveryCount;
import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sync that fails under what the application just does: each mode says that the outcome is unknown, once. */
class BrokenDiskTest {

    private FaultyBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new FaultyBroker();
        broker.send("a", "b");
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private void assertUnknown(Running.Task call, boolean written) {
        assertThatThrownBy(() -> broker.breakDiskUnder(call, written))
                .cause()
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo("OutcomeUnknown"))
                .isNotInstanceOf(TransactionRolledBackException.class);
    }

    /** The next message after the repair, and how often it was delivered. */
    private void assertNext(String text, int count) throws Exception {
        broker.repair();
        try (Session session = broker.connection.createSession()) {
            Message message = take(broker.consumer(session));
            assertThat(text(message)).isEqualTo(text);
            assertThat(deliveryCount(message)).isEqualTo(count);
        }
    }

    @Test
    void underASend() throws Exception {
        assertUnknown(() -> broker.send("c"), false);
        assertNext("a", 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.CLIENT_ACKNOWLEDGE, BusSession.INDIVIDUAL_ACKNOWLEDGE})
    void underAnAcknowledge(int mode) throws Exception {
        try (Session session = broker.connection.createSession(mode)) {
            Message message = take(broker.consumer(session));
            assertUnknown(message::acknowledge, true);
            assertThatCode(message::acknowledge).as("it has left the list").doesNotThrowAnyException();
            assertNext("b", 1);
        }
    }

    @Test
    void underACommit() throws Exception {
        try (Session session = broker.connection.createSession(Session.SESSION_TRANSACTED)) {
            take(broker.consumer(session));
            assertUnknown(session::commit, true);
            assertNext("b", 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    void underACompletionNobodyWaitsFor(int mode) throws Exception {
        try (Session session = broker.connection.createSession(mode)) {
            MessageConsumer consumer = broker.consumer(session);
            broker.hold();
            take(consumer);
            broker.breakDiskUnder(broker.connection::stop, true);
            assertThat(broker.nextFailure().getErrorCode()).isEqualTo("OutcomeUnknown");
            broker.connection.start();
            broker.repair();
            assertThat(text(take(consumer))).as("the session goes on").isEqualTo("b");
        }
    }

    @Test
    void underAReceiveThatSettlesFirst() throws Exception {
        try (Session session = broker.connection.createSession(BusSession.PRE_ACKNOWLEDGE)) {
            MessageConsumer consumer = broker.consumer(session);
            assertUnknown(consumer::receive, true);
            broker.repair();
            assertThat(text(take(consumer))).isEqualTo("b");
        }
    }

    /** @param batches that wait for the disk when the listener's message, in mode 3 both, is to be settled */
    @ParameterizedTest
    @CsvSource({"1, 2", "3, 3", "100, 2"})
    void underAListenerWhichGoesOnWhenItIsRepaired(int mode, int batches) throws Exception {
        try (Session session = broker.connection.createSession(mode)) {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            broker.hold();
            broker.consumer(session).setMessageListener(message -> {
                try {
                    seen.add(String.valueOf(text(message)));
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().until(() -> broker.batchesHeld() >= batches);
            broker.breakDisk(true);
            assertThat(broker.nextFailure().getErrorCode()).isEqualTo("OutcomeUnknown");
            broker.repair();
            broker.send("last");
            String text = "";
            while (!text.equals("last")) {
                text = String.valueOf(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 100, 101})
    void isNoReasonForACloseToFail(int mode) throws Exception {
        Session session = broker.connection.createSession(mode);
        take(broker.consumer(session));
        assertUnknown(() -> broker.send("c"), true);
        assertThatCode(session::close).doesNotThrowAnyException();
    }
}
