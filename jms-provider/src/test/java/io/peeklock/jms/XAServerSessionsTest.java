/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.XASession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection consumer loads XA sessions with belongs to the branch that a server begins around their run. */
class XAServerSessionsTest extends XABranches {

    private static final int MESSAGES = 20;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();

    /** Sends on what it got in the branch; every seventh delivery fails, after it has sent. */
    private final class Server implements ServerSession {
        private final BlockingQueue<ServerSession> idle;
        private final XASession own;
        private boolean failed;

        Server(BlockingQueue<ServerSession> idle) throws JMSException {
            this.idle = idle;
            this.own = connection.createXASession();
            own.setMessageListener(this::hear);
        }

        @Override
        public Session getSession() {
            return own;
        }

        @Override
        public void start() {
            Thread thread = new Thread(() -> {
                try {
                    inABranch(own.getXAResource());
                } catch (XAException e) {
                    throw new AssertionError(e);
                } finally {
                    idle.add(this);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private void inABranch(XAResource branches) throws XAException {
            Xid xid = newXid();
            failed = false;
            branches.start(xid, XAResource.TMNOFLAGS);
            own.run();
            branches.end(xid, failed ? XAResource.TMFAIL : XAResource.TMSUCCESS);
            if (failed) {
                branches.rollback(xid);
            } else {
                branches.commit(xid, true);
            }
        }

        private void hear(Message message) {
            try {
                String text = TestBroker.text(message);
                own.createProducer(queue("answers")).send(own.createTextMessage(text));
                seen.add(text);
                if (seen.size() % 7 == 0) {
                    failed = true;
                    failures.incrementAndGet();
                }
            } catch (JMSException e) {
                failed = true;
            }
        }
    }

    private ServerSessionPool pool(int size) throws JMSException {
        BlockingQueue<ServerSession> idle = new LinkedBlockingQueue<>();
        for (int i = 0; i < size; i++) {
            idle.add(new Server(idle));
        }
        return () -> {
            try {
                return idle.take();
            } catch (InterruptedException e) {
                throw new JMSException("interrupted");
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("L9")
    @Tag("X5")
    void everyMessageIsAnsweredOnce(boolean partitioned) throws JMSException {
        broker.namespace()
                .createQueue(QueueDescription.builder("requests")
                        .partitioned(partitioned)
                        .maxDeliveryCount(1000)
                        .build())
                .join();
        broker.namespace()
                .createQueue(QueueDescription.builder("answers").build())
                .join();
        String[] texts = new String[MESSAGES];
        for (int i = 0; i < MESSAGES; i++) {
            texts[i] = Integer.toString(i);
        }
        broker.send("requests", texts);
        connection.createConnectionConsumer(queue("requests"), null, pool(2), 3);
        Awaitility.await()
                .until(() ->
                        ((BusSession) session).peek(queue("answers"), 0, 250).size() >= MESSAGES);
        Awaitility.await().until(() -> broker.locked("requests").isEmpty());
        assertThat(broker.drain("requests")).isEmpty();
        assertThat(broker.drain("answers")).containsExactlyInAnyOrder(texts);
        assertThat(failures).hasPositiveValue();
    }

    /** The rest of the run must not be handed over outside of it, where it would be acknowledged. */
    @Test
    @Tag("L10")
    @Tag("X2")
    void aRunWhoseBranchIsRolledBackElsewhereHandsOverNoMore() throws Exception {
        put(ORDERS, "a", "b", "c");
        BlockingQueue<Xid> branches = new LinkedBlockingQueue<>();
        session.setMessageListener(message -> {
            try {
                seen.add(TestBroker.text(message));
                rollbackElsewhere(branches.take());
            } catch (JMSException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        load();
        branches.add(begin());
        session.run();
        assertThat(seen).containsExactly("a");
        session.setMessageListener(null);
        Awaitility.await().until(() -> broker.locked(ORDERS).isEmpty());
        try (MessageConsumer again = session.createConsumer(queue(ORDERS))) {
            assertThat(TestBroker.deliveryCount(TestBroker.take(again))).isEqualTo(2);
            assertThat(TestBroker.deliveryCount(TestBroker.take(again))).isEqualTo(1);
            assertThat(TestBroker.deliveryCount(TestBroker.take(again))).isEqualTo(1);
        }
    }

    /** Between the start of the branch and the run. */
    @Test
    @Tag("L10")
    @Tag("X2")
    void aRunWhoseBranchWasRolledBackElsewhereHandsOverNothing() throws Exception {
        put(ORDERS, "a", "b");
        CompletableFuture<JMSException> reported = new CompletableFuture<>();
        connection.setExceptionListener(reported::complete);
        session.setMessageListener(message -> seen.add("handed over"));
        load();
        rollbackElsewhere(begin());
        session.run();
        assertThat(seen).isEmpty();
        assertThat(reported)
                .succeedsWithin(Duration.ofMillis(TestBroker.LONG_MS))
                .isInstanceOf(TransactionRolledBackException.class);
        session.setMessageListener(null);
        Awaitility.await().until(() -> broker.locked(ORDERS).isEmpty());
        try (MessageConsumer again = session.createConsumer(queue(ORDERS))) {
            assertThat(TestBroker.deliveryCount(TestBroker.take(again))).isEqualTo(1);
        }
    }

    /** All messages wait for a run of the session. */
    private void load() throws Exception {
        CompletableFuture<Void> loaded = new CompletableFuture<>();
        ServerSession server = new ServerSession() {
            @Override
            public Session getSession() {
                return session;
            }

            @Override
            public void start() {
                loaded.complete(null);
            }
        };
        BlockingQueue<ServerSession> once = new LinkedBlockingQueue<>(List.of(server));
        ConnectionConsumer consumer = connection.createConnectionConsumer(
                queue(ORDERS),
                null,
                () -> {
                    try {
                        return once.take();
                    } catch (InterruptedException e) {
                        throw new JMSException("interrupted");
                    }
                },
                3);
        loaded.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
        consumer.close();
    }
}
