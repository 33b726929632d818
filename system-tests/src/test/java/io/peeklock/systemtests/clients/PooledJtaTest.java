/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A plain ConnectionFactory in JTA: pooled-jms enlists what is opened in a transaction, and closes it after its end. */
@ParameterizedClass
@ValueSource(strings = {"", "?autoCreate.partitioned=true"})
@Tag("X5")
@Timeout(120)
class PooledJtaTest {

    private static final String ORDERS = "orders";
    private static final String OUT = "out";

    @Parameter
    String options;

    private final TransactionManager tm = NarayanaOfThisJvm.manager();
    private JtaBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new JtaBroker(options);
    }

    @AfterEach
    void close() throws Exception {
        if (tm.getStatus() != Status.STATUS_NO_TRANSACTION) {
            tm.rollback();
        }
        tm.setTransactionTimeout(0);
        broker.close();
        assertThat(NarayanaOfThisJvm.logEntries()).isZero();
    }

    /** As an application does that knows nothing of transactions: everything is opened for it, and closed before the end. */
    private void send(JtaBroker to, String queue, String text) throws JMSException {
        try (Connection connection = to.factory().createConnection();
                Session session = connection.createSession()) {
            session.createProducer(to.queue(queue)).send(session.createTextMessage(text));
        }
    }

    private void send(String queue, String text) throws JMSException {
        send(broker, queue, text);
    }

    private @Nullable String receive(String queue) throws JMSException {
        try (Connection connection = broker.factory().createConnection();
                Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(broker.queue(queue))) {
            connection.start();
            return JtaBroker.text(consumer.receive(WrappedBroker.LONG_MS));
        }
    }

    @Test
    void whatWasClosedBeforeTheCommitIsCommitted() throws Exception {
        broker.put(ORDERS, "a");
        tm.begin();
        send(OUT, receive(ORDERS));
        assertThat(broker.drain(OUT)).isEmpty();
        tm.commit();
        assertThat(broker.drain(OUT)).containsExactly("a");
        assertThat(broker.size(ORDERS)).isZero();
    }

    @Test
    void whatWasClosedBeforeTheRollbackIsRolledBack() throws Exception {
        broker.put(ORDERS, "a");
        tm.begin();
        send(OUT, receive(ORDERS));
        tm.rollback();
        assertThat(broker.drain(OUT)).isEmpty();
        assertThat(broker.drain(ORDERS)).containsExactly("a");
    }

    @Test
    void whatIsMarkedForRollbackIsNotCommitted() throws Exception {
        tm.begin();
        send(OUT, "x");
        tm.setRollbackOnly();
        assertThatThrownBy(tm::commit).isInstanceOf(RollbackException.class);
        assertThat(broker.drain(OUT)).isEmpty();
    }

    @Test
    void aContextIsInTheTransactionToo() throws Exception {
        for (boolean commits : new boolean[] {false, true}) {
            tm.begin();
            try (JMSContext context = broker.factory().createContext()) {
                context.createProducer().send(broker.queue(OUT), "x");
            }
            assertThat(broker.drain(OUT)).isEmpty();
            if (commits) {
                tm.commit();
            } else {
                tm.rollback();
            }
        }
        assertThat(broker.drain(OUT)).containsExactly("x");
    }

    @Test
    void manyTransactionsShareAFewSessions() throws Exception {
        for (int i = 0; i < 50; i++) {
            tm.begin();
            send(OUT, Integer.toString(i));
            if (i % 5 == 0) {
                tm.rollback();
            } else {
                tm.commit();
            }
        }
        assertThat(broker.drain(OUT)).hasSize(40);
    }

    @Test
    void twoBrokersAreCommittedTogether() throws Exception {
        try (JtaBroker second = new JtaBroker(options)) {
            broker.put(ORDERS, "a", "b");
            tm.begin();
            send(second, OUT, receive(ORDERS));
            tm.commit();
            tm.begin();
            send(second, OUT, receive(ORDERS));
            tm.rollback();
            assertThat(second.drain(OUT)).hasSize(1);
            assertThat(broker.drain(ORDERS)).hasSize(1);
        }
    }

    @Test
    void outsideOfATransactionSessionsAcknowledgeByThemselves() throws Exception {
        broker.put(ORDERS, "a", "b");
        assertThat(receive(ORDERS)).isIn("a", "b");
        send(OUT, "x");
        assertThat(broker.drain(OUT)).containsExactly("x");
        assertThat(broker.size(ORDERS)).isEqualTo(1);
        // Whatever mode is asked for: that is what this pool does without a transaction.
        try (Connection connection = broker.factory().createConnection();
                Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            session.createProducer(broker.queue(OUT)).send(session.createTextMessage("y"));
            assertThat(session.getTransacted()).isFalse();
        }
        assertThat(broker.drain(OUT)).containsExactly("y");
    }

    @Test
    void aSuspendedTransactionLeavesWhatComesBetweenAlone() throws Exception {
        tm.begin();
        send(OUT, "in the first");
        var first = tm.suspend();
        tm.begin();
        send(OUT, "in the second");
        tm.commit();
        send(OUT, "in none");
        assertThat(broker.drain(OUT)).containsExactlyInAnyOrder("in the second", "in none");
        tm.resume(first);
        tm.commit();
        assertThat(broker.drain(OUT)).containsExactly("in the first");
    }

    @Test
    @Tag("X2")
    void aReceiveEndsWithItsTransactionsTime() throws Exception {
        tm.setTransactionTimeout(1);
        tm.begin();
        send(OUT, "x");
        assertThatThrownBy(() -> receive("empty")).isInstanceOf(JMSException.class);
        assertThatThrownBy(tm::commit).isInstanceOf(RollbackException.class);
        assertThat(broker.drain(OUT)).isEmpty();
        tm.setTransactionTimeout(0);
        tm.begin();
        send(OUT, "y");
        tm.commit();
        assertThat(broker.drain(OUT)).containsExactly("y");
    }

    @Test
    @Tag("X2")
    void whatHadBeenReceivedIsAvailableAgainAfterItsTransactionsTime() throws Exception {
        broker.put(ORDERS, "a");
        tm.setTransactionTimeout(1);
        tm.begin();
        assertThat(receive(ORDERS)).isEqualTo("a");
        tm.setTransactionTimeout(0);
        var over = tm.suspend();
        assertThat(receive(ORDERS)).isEqualTo("a");
        tm.resume(over);
        tm.rollback();
        assertThat(broker.drain(ORDERS)).isEmpty();
    }

    @Test
    void aSessionThatWasMadeBeforeATransactionIsNotInIt() throws Exception {
        try (Connection connection = broker.factory().createConnection();
                Session session = connection.createSession()) {
            tm.begin();
            session.createProducer(broker.queue(OUT)).send(session.createTextMessage("x"));
            tm.rollback();
        }
        assertThat(broker.drain(OUT)).containsExactly("x");
    }

    @Test
    void aReceivedMessageSaysNothingOfTheTransactionItIsIn() throws Exception {
        broker.put(ORDERS, "a");
        for (int delivery = 1; delivery <= 2; delivery++) {
            tm.begin();
            try (Connection connection = broker.factory().createConnection();
                    Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                    MessageConsumer consumer = session.createConsumer(broker.queue(ORDERS))) {
                connection.start();
                Message message = consumer.receive(WrappedBroker.LONG_MS);
                assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(delivery);
                message.acknowledge();
            }
            tm.rollback();
        }
        assertThat(broker.drain(ORDERS)).isEqualTo(List.of("a"));
    }
}
