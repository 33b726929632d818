/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Topic;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a close leaves: the result of a closed session's work in a global transaction is its manager's to say (Jakarta Messaging,
 * Connection.close).
 */
@Tag("L9")
@Tag("X5")
class XAClosingTest extends XABranches {

    /** How far a branch is when its session goes. */
    enum Stage {
        ACTIVE {
            @Override
            void reach(XAResource resource, Xid xid) {}

            @Override
            void goOn(XAResource resource, Xid xid) throws XAException {
                resource.end(xid, XAResource.TMSUCCESS);
            }
        },
        SUSPENDED {
            @Override
            void reach(XAResource resource, Xid xid) throws XAException {
                resource.end(xid, XAResource.TMSUSPEND);
            }

            @Override
            void goOn(XAResource resource, Xid xid) throws XAException {
                resource.end(xid, XAResource.TMSUCCESS);
            }
        },
        ENDED {
            @Override
            void reach(XAResource resource, Xid xid) throws XAException {
                resource.end(xid, XAResource.TMSUCCESS);
            }

            @Override
            void goOn(XAResource resource, Xid xid) {}
        },
        PREPARED {
            @Override
            void reach(XAResource resource, Xid xid) throws XAException {
                resource.end(xid, XAResource.TMSUCCESS);
                assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
            }

            @Override
            void goOn(XAResource resource, Xid xid) {}
        };

        abstract void reach(XAResource resource, Xid xid) throws XAException;

        abstract void goOn(XAResource resource, Xid xid) throws XAException;
    }

    private Xid work(Stage stage) throws JMSException, XAException {
        put(ORDERS, "a");
        Xid xid = begin();
        assertThat(receive(ORDERS)).isEqualTo("a");
        send(OUT, "x");
        stage.reach(resource, xid);
        return xid;
    }

    @ParameterizedTest
    @EnumSource
    void ofTheSessionLeavesTheBranchToBeCommitted(Stage stage) throws Exception {
        Xid xid = work(stage);
        session.close();
        assertThat(broker.locked(ORDERS)).containsExactly("a");
        stage.goOn(resource, xid);
        resource.commit(xid, stage != Stage.PREPARED);
        assertThat(broker.drain(OUT)).containsExactly("x");
        assertThat(broker.drain(ORDERS)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void ofTheConnectionLeavesTheBranchToBeRolledBack(Stage stage) throws Exception {
        Xid xid = work(stage);
        connection.close();
        assertThat(broker.locked(ORDERS)).containsExactly("a");
        stage.goOn(resource, xid);
        resource.rollback(xid);
        assertThat(broker.drain(OUT)).isEmpty();
        assertThat(broker.drain(ORDERS)).containsExactly("a");
    }

    @Test
    void ofAConsumerLeavesItsSubscriptionUntilTheBranchEnds() throws Exception {
        Topic news = broker.topic("news");
        MessageConsumer consumer = session.createConsumer(news);
        broker.publish(news, "a");
        Xid xid = begin();
        take(consumer);
        consumer.close();
        session.close();
        assertThat(broker.subscriptions(news)).hasSize(1);
        commit(xid);
        Awaitility.await().until(() -> broker.subscriptions(news).isEmpty());
    }

    @Test
    void ofAllThereIsLeavesAPreparedBranchToWhoeverRecovers() throws Exception {
        Xid xid = work(Stage.PREPARED);
        connection.close();
        connection = factory.createXAConnection();
        XAResource recovering = connection.createXASession().getXAResource();
        assertThat(recovering.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.getGlobalTransactionId()).isEqualTo(xid.getGlobalTransactionId());
                    assertThat(found.getBranchQualifier()).isEqualTo(xid.getBranchQualifier());
                });
        recovering.commit(xid, false);
        assertThat(broker.drain(OUT)).containsExactly("x");
        assertThat(broker.drain(ORDERS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTheLastConnectionDoesNotCloseTheBrokerUnderABranch(boolean commits, @TempDir Path directory)
            throws Exception {
        String url = "peeklock:file:" + directory + "?linger=0s&partitions=2";
        XAResource left;
        Xid xid = newXid();
        try (PeeklockXAConnectionFactory files = new PeeklockXAConnectionFactory(url)) {
            try (XAConnection once = files.createXAConnection()) {
                XASession alone = once.createXASession();
                left = alone.getXAResource();
                left.start(xid, XAResource.TMNOFLAGS);
                alone.createProducer(queue(OUT)).send(alone.createTextMessage("x"));
            }
            left.end(xid, XAResource.TMSUCCESS);
            if (commits) {
                left.commit(xid, true);
            } else {
                left.rollback(xid);
            }
            try (TestBroker again = new TestBroker(new PeeklockConnectionFactory(url))) {
                assertThat(again.drain(OUT)).isEqualTo(commits ? List.of("x") : List.of());
            }
        }
    }

    @Test
    @Tag("G4")
    void ofAConsumerOfAGroupLeavesItsMessagesWithTheBranch() throws Exception {
        broker.namespace()
                .createQueue(
                        QueueDescription.builder("groups").sessionRequired(true).build())
                .join();
        var message = session.createTextMessage("a");
        message.setStringProperty("JMSXGroupID", "g");
        session.createProducer(queue("groups")).send(message);
        Xid xid = begin();
        assertThat(receive("groups")).isEqualTo("a");
        session.close();
        commit(xid);
        assertThat(broker.drain("groups")).isEmpty();
        assertThatThrownBy(() -> session.getTransacted()).isInstanceOf(jakarta.jms.IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("W4")
    void aSubscriptionStaysWhileABranchIsPreparedThatHasReceivedFromIt(boolean commits) throws Exception {
        Topic news = broker.topic("news");
        MessageConsumer consumer = session.createConsumer(news);
        broker.publish(news, "a");
        Xid xid = begin();
        take(consumer);
        consumer.close();
        session.close();
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        Awaitility.await()
                .during(Duration.ofMillis(300))
                .until(() -> broker.subscriptions(news).size() == 1);
        if (commits) {
            resource.commit(xid, false);
        } else {
            resource.rollback(xid);
        }
        Awaitility.await().until(() -> broker.subscriptions(news).isEmpty());
    }
}
