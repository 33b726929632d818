/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.servertests.inside.Ledger;
import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.server.Application;
import io.peeklock.servertests.transactions.Clerk.End;
import jakarta.inject.Inject;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.transaction.UserTransaction;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application sends and receives, in transactions of the server and without, by itself and beside a database. Runs in the server. */
@ExtendWith(ArquillianExtension.class)
class TransactionsIT {

    @Inject
    private Clerk clerk;

    @Inject
    private Ledger ledger;

    @Inject
    @JMSConnectionFactory("java:comp/env/jms/bus")
    private JMSContext injected;

    private ConnectionFactory factory;
    private UserTransaction transaction;

    @Deployment
    static WebArchive application() {
        return Application.named("transactions")
                .with(TransactionsIT.class, Clerk.class, End.class)
                .pack();
    }

    @BeforeEach
    void lookUp() throws Exception {
        factory = Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus");
        transaction = Lookup.of(UserTransaction.class, "java:comp/UserTransaction");
        ledger.create();
    }

    @Test
    @Tag("X1")
    void theCommitOfABeansTransactionSends() {
        clerk.send("sent", "tea", End.COMMIT);

        assertThat(next("sent")).isEqualTo("tea");
    }

    @Test
    @Tag("X1")
    void theRollbackOfABeansTransactionSendsNothing() {
        clerk.send("not-sent", "tea", End.ROLLBACK);

        assertThat(next("not-sent")).isNull();
    }

    @Test
    @Tag("X1")
    @Tag("L6")
    void whatABeanHasReceivedComesAgainAfterARollbackAndIsGoneAfterACommit() throws Exception {
        clerk.send("received", "tea", End.COMMIT);

        assertThat(clerk.receive("received", End.ROLLBACK)).isEqualTo(1);
        assertThat(clerk.receive("received", End.COMMIT)).isEqualTo(2);
        assertThat(next("received")).isNull();
    }

    @Test
    void aTransactionThatIsSuspendedKeepsItsOwnWork() {
        clerk.sendAndHaveSent("suspended", "outer", "inner", clerk);

        assertThat(next("suspended")).isEqualTo("inner");
        assertThat(next("suspended")).isNull();
    }

    @Test
    @Tag("X1")
    void aTransactionOfTheApplicationCommitsWhatItReceivedAndSent() throws Exception {
        injected.createProducer().send(injected.createQueue("in"), "tea");

        transaction.begin();
        try (JMSContext context = factory.createContext()) {
            String text = context.createConsumer(context.createQueue("in")).receiveBody(String.class, 10_000);
            context.createProducer().send(context.createQueue("out"), text);
        }
        transaction.commit();

        assertThat(next("in")).isNull();
        assertThat(next("out")).isEqualTo("tea");
    }

    @Test
    @Tag("X1")
    void aTransactionOfTheApplicationRollsBackWhatItReceivedAndSent() throws Exception {
        injected.createProducer().send(injected.createQueue("kept-in"), "tea");

        transaction.begin();
        try (JMSContext context = factory.createContext()) {
            String text = context.createConsumer(context.createQueue("kept-in")).receiveBody(String.class, 10_000);
            context.createProducer().send(context.createQueue("kept-out"), text);
        }
        transaction.rollback();

        assertThat(next("kept-in")).isEqualTo("tea");
        assertThat(next("kept-out")).isNull();
    }

    @Test
    @Tag("X1")
    void anInjectedContextIsInTheTransactionThatIsThere() throws Exception {
        transaction.begin();
        injected.createProducer().send(injected.createQueue("injected"), "rolled back");
        transaction.rollback();
        transaction.begin();
        injected.createProducer().send(injected.createQueue("injected"), "committed");
        transaction.commit();

        assertThat(next("injected")).isEqualTo("committed");
        assertThat(next("injected")).isNull();
    }

    @Test
    void anInjectedContextSendsAtOnceOutsideOfATransaction() {
        injected.createProducer().send(injected.createQueue("at-once"), "by the request");
        clerk.sendOutsideOfATransaction("at-once", "by the bean");

        assertThat(next("at-once")).isEqualTo("by the request");
        assertThat(next("at-once")).isEqualTo("by the bean");
    }

    @Test
    @Tag("X1")
    void theBusAndTheDatabaseAreCommittedTogether() throws Exception {
        clerk.sendAndWrite("beside", "both", End.COMMIT);

        assertThat(next("beside")).isEqualTo("both");
        assertThat(ledger.count("both")).isEqualTo(1);
    }

    @Test
    @Tag("X1")
    void theBusAndTheDatabaseAreRolledBackTogether() throws Exception {
        clerk.sendAndWrite("beside-nothing", "neither", End.ROLLBACK);

        assertThat(next("beside-nothing")).isNull();
        assertThat(ledger.count("neither")).isZero();
    }

    @Test
    void administeredDestinationsAreThoseOfTheBus() {
        Destination queue = Lookup.of(Queue.class, "java:comp/env/jms/orders");

        injected.createProducer().send(queue, "tea");

        assertThat(next("orders")).isEqualTo("tea");
        assertThat(Lookup.of(Topic.class, "java:comp/env/jms/prices").toString())
                .contains("prices");
    }

    @Test
    void theReplyToARequestComesThroughATemporaryQueue() {
        try (JMSContext asking = factory.createContext();
                JMSContext answering = factory.createContext()) {
            Queue replies = asking.createTemporaryQueue();
            asking.createProducer().setJMSReplyTo(replies).send(asking.createQueue("questions"), "tea?");
            var request =
                    answering.createConsumer(answering.createQueue("questions")).receive(10_000);
            answering.createProducer().send(destination(request), "yes");

            assertThat(asking.createConsumer(replies).receiveBody(String.class, 10_000))
                    .isEqualTo("yes");
        }
    }

    @Test
    @Tag("JMS-12.2")
    void anApplicationMayNotListen() {
        try (JMSContext context = factory.createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue("listened-to"))) {
            assertThatThrownBy(() -> consumer.setMessageListener(message -> {}))
                    .isInstanceOf(JMSRuntimeException.class);
        }
    }

    @Test
    void anInjectedContextIsNotTheApplicationsToClose() {
        assertThatThrownBy(injected::close).isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    @Tag("X1")
    void aContextFromBeforeATransactionIsInItAndWorksBehindIt() throws Exception {
        try (JMSContext context = factory.createContext()) {
            Queue queue = context.createQueue("around");
            transaction.begin();
            context.createProducer().send(queue, "rolled back");
            transaction.rollback();
            transaction.begin();
            context.createProducer().send(queue, "committed");
            transaction.commit();
            context.createProducer().send(queue, "behind");
        }

        assertThat(next("around")).isEqualTo("committed");
        assertThat(next("around")).isEqualTo("behind");
        assertThat(next("around")).isNull();
    }

    @Test
    @Tag("X1")
    void aConsumerFromBeforeATransactionReceivesInItAndBehindIt() throws Exception {
        injected.createProducer().send(injected.createQueue("around-in"), "first");
        injected.createProducer().send(injected.createQueue("around-in"), "second");
        try (JMSContext context = factory.createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue("around-in"))) {
            transaction.begin();
            assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("first");
            transaction.rollback();
            transaction.begin();
            assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("first");
            transaction.commit();
            assertThat(consumer.receiveBody(String.class, 10_000)).isEqualTo("second");
        }

        assertThat(next("around-in")).isNull();
    }

    @Test
    @Tag("X1")
    void aConnectionFromBeforeATransactionIsInItAndWorksBehindIt() throws Exception {
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue("around-connection"))) {
            transaction.begin();
            producer.send(session.createTextMessage("rolled back"));
            transaction.rollback();
            transaction.begin();
            producer.send(session.createTextMessage("committed"));
            transaction.commit();
            producer.send(session.createTextMessage("behind"));
        }

        assertThat(next("around-connection")).isEqualTo("committed");
        assertThat(next("around-connection")).isEqualTo("behind");
        assertThat(next("around-connection")).isNull();
    }

    @Test
    @Tag("X1")
    void twoContextsFromBeforeATransactionAreInIt() throws Exception {
        try (JMSContext one = factory.createContext();
                JMSContext other = factory.createContext()) {
            transaction.begin();
            one.createProducer().send(one.createQueue("around-both"), "rolled back");
            other.createProducer().send(other.createQueue("around-both"), "rolled back");
            transaction.rollback();
            assertThat(next("around-both")).isNull();
            transaction.begin();
            one.createProducer().send(one.createQueue("around-both"), "one");
            other.createProducer().send(other.createQueue("around-both"), "other");
            transaction.commit();
        }

        assertThat(next("around-both")).isEqualTo("one");
        assertThat(next("around-both")).isEqualTo("other");
    }

    /** The text of the message that comes next, which is there already; null if there is none. */
    private String next(String queue) {
        try (JMSContext context = factory.createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
            return consumer.receiveBodyNoWait(String.class);
        }
    }

    private static Destination destination(jakarta.jms.Message request) {
        try {
            return request.getJMSReplyTo();
        } catch (jakarta.jms.JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
