/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.ClaimsFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.jms.jndi.PeeklockInitialContextFactory;
import io.peeklock.jms.jndi.PeeklockObjectFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.EnumSet;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.Reference;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an XA connection factory makes, for whom, and what is left of it in JNDI and on the wire. */
// JNDI is what is tested.
@SuppressWarnings({"BanJNDI", "JdkObsolete"})
class PeeklockXAConnectionFactoryTest extends XABranches {

    @Nested
    class Makes {

        @Test
        void connectionsThatAreXAWhenThatIsAskedForAlone() throws JMSException {
            assertThat(connection).isInstanceOf(BusConnection.class);
            assertThat(session).isInstanceOf(BusSession.class);
            try (Connection plain = factory.createConnection();
                    JMSContext context = factory.createContext();
                    XAJMSContext xaContext = factory.createXAContext()) {
                assertThat(plain).isNotInstanceOf(XAConnection.class);
                assertThat(plain.createSession()).isNotInstanceOf(XASession.class);
                assertThat(context).isNotInstanceOf(XAJMSContext.class);
                assertThat(xaContext).isInstanceOf(BusContext.class);
            }
            assertThat(broker.factory).isNotInstanceOf(XAConnectionFactory.class);
            assertThat(connection.createSession(true, 0)).isNotInstanceOf(XASession.class);
        }

        @Test
        void theOlderInterfacesToo() throws JMSException {
            try (XAQueueConnection queues = factory.createXAQueueConnection();
                    XATopicConnection topics = factory.createXATopicConnection()) {
                assertThat(queues.createXAQueueSession().getQueueSession()).isInstanceOf(XASession.class);
                assertThat(topics.createXATopicSession().getTopicSession()).isInstanceOf(XASession.class);
                assertThatThrownBy(() -> queues.createXAQueueSession().createTopic("t"))
                        .isInstanceOf(jakarta.jms.IllegalStateException.class);
            }
        }

        @Test
        void connectionsThatShareTheBrokerOfItsUrl() throws Exception {
            assertThat(((BusSession) session).namespace()).isSameAs(broker.namespace());
            try (XAConnection other = factory.createXAConnection()) {
                assertThat(other.createXASession().getXAResource().isSameRM(resource))
                        .isTrue();
            }
        }
    }

    @Nested
    class AsAnyConnection {

        @Test
        void hasAClientIdAndTemporaryDestinationsOfItsOwn() throws JMSException {
            try (XAConnection own = factory.createXAConnection();
                    XAConnection other = factory.createXAConnection()) {
                own.setClientID("client");
                assertThatThrownBy(() -> other.setClientID("client")).isInstanceOf(JMSException.class);
                TemporaryQueue temporary = own.createXASession().createTemporaryQueue();
                assertThatThrownBy(() -> other.createXASession().createConsumer(temporary))
                        .isInstanceOf(JMSException.class);
            }
        }

        @Test
        void hearsNothingOfItselfWhenItWantsSo() throws Exception {
            Topic news = broker.topic("news");
            try (MessageConsumer others = session.createConsumer(news, null, true)) {
                Xid xid = begin();
                session.createProducer(news).send(session.createTextMessage("own"));
                commit(xid);
                broker.publish(news, "other");
                assertThat(TestBroker.text(others.receiveNoWait())).isEqualTo("other");
            }
        }
    }

    @Nested
    class LetsIn {

        private void policy(Claim claim) throws JMSException {
            broker.namespace()
                    .createPolicy(new AccessPolicy(
                            EntityPath.queue(ORDERS), "app", EnumSet.of(claim), AccessKey.of(ClaimsFixture.KEY), null))
                    .join();
        }

        @Test
        @Tag("Q6")
        void whoeverHasAKeyAndWhatItClaims() throws Exception {
            policy(Claim.LISTEN);
            broker.send(ORDERS, "a");
            refused(() -> factory.createXAConnection("app", "other"));
            refused(() -> factory.createXAQueueConnection("app", "other"));
            assertThatThrownBy(() -> factory.createXAContext("app", "other"))
                    .isInstanceOf(JMSSecurityRuntimeException.class);
            try (XAConnection listening = factory.createXAConnection("app", ClaimsFixture.KEY)) {
                listening.start();
                XASession own = listening.createXASession();
                XAResource branches = own.getXAResource();
                Queue orders = queue(ORDERS);
                Xid xid = newXid();
                branches.start(xid, XAResource.TMNOFLAGS);
                MessageProducer any = own.createProducer(null);
                refused(() -> any.send(orders, own.createMessage()));
                assertThat(TestBroker.text(own.createConsumer(orders).receiveNoWait()))
                        .isEqualTo("a");
                branches.end(xid, XAResource.TMSUCCESS);
                branches.commit(xid, true);
            }
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        @Test
        @Tag("Q6")
        void nobodyToCommitWhatTheUserMayNotDoAnyMore() throws Exception {
            policy(Claim.LISTEN);
            broker.send(ORDERS, "a");
            try (XAConnection listening = factory.createXAConnection("app", ClaimsFixture.KEY)) {
                listening.start();
                XASession own = listening.createXASession();
                XAResource branches = own.getXAResource();
                Xid xid = newXid();
                branches.start(xid, XAResource.TMNOFLAGS);
                TestBroker.take(own.createConsumer(queue(ORDERS)));
                branches.end(xid, XAResource.TMSUCCESS);
                broker.namespace().deletePolicy(EntityPath.queue(ORDERS), "app").join();
                assertThatThrownBy(() -> branches.commit(xid, true))
                        .isInstanceOfSatisfying(
                                XAException.class,
                                e -> assertThat(e.errorCode).isBetween(XAException.XA_RBBASE, XAException.XA_RBEND));
            }
            assertThat(broker.drain(ORDERS)).containsExactly("a");
        }
    }

    @Nested
    class IsItsUrl {

        private static final String URL = "peeklock:mem:x?partitions=3&crossPartition=true&user=app&password=secret";

        private final XAConnectionFactory written = new PeeklockXAConnectionFactory(URL);

        private static void assertIsTheSame(Object read) {
            assertThat(read).isInstanceOf(PeeklockXAConnectionFactory.class);
            assertThat(read.toString())
                    .contains("partitions=3", "crossPartition=true", "user=app")
                    .doesNotContain("secret");
            assertThat(((PeeklockXAConnectionFactory) read).getReference().getClassName())
                    .isEqualTo(PeeklockXAConnectionFactory.class.getName());
        }

        @Test
        void whenItIsSerialized() throws IOException, ClassNotFoundException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(written);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                assertIsTheSame(in.readObject());
            }
        }

        @Test
        void inAReference() throws Exception {
            Reference reference = ((PeeklockXAConnectionFactory) written).getReference();
            assertThat(reference.toString()).doesNotContain("secret");
            assertIsTheSame(new PeeklockObjectFactory().getObjectInstance(reference, null, null, null));
            Reference plain = ((PeeklockConnectionFactory) new PeeklockConnectionFactory(URL)).getReference();
            assertThat(new PeeklockObjectFactory().getObjectInstance(plain, null, null, null))
                    .isInstanceOf(PeeklockConnectionFactory.class);
        }

        @Test
        void inAnInitialContext() throws Exception {
            Hashtable<String, Object> environment = new Hashtable<>();
            environment.put(Context.INITIAL_CONTEXT_FACTORY, PeeklockInitialContextFactory.class.getName());
            environment.put("xaConnectionFactory.jms/xa", URL);
            environment.put("connectionFactory.jms/plain", URL);
            Context context = new InitialContext(environment);
            assertIsTheSame(context.lookup("jms/xa"));
            assertThat(context.lookup("jms/plain"))
                    .isInstanceOf(ConnectionFactory.class)
                    .isNotInstanceOf(XAConnectionFactory.class);
        }
    }

    @Test
    void closedItMakesNoConnections() {
        factory.close();
        assertThatThrownBy(factory::createXAConnection).isInstanceOf(jakarta.jms.IllegalStateException.class);
    }
}
