/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who waits for asynchronous sends, and what their listeners must not do (Jakarta Messaging 7.3.1, 7.3.4). */
class AsyncSendWaitTest {

    private static final String ORDERS = "orders";

    private TestBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private static CompletionListener doing(Running.Task task, CompletableFuture<@Nullable Throwable> end) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                try {
                    task.run();
                    end.complete(null);
                } catch (Throwable e) {
                    end.complete(e);
                }
            }

            @Override
            public void onException(Message message, Exception exception) {
                end.complete(exception);
            }
        };
    }

    private static @Nullable Throwable outcome(CompletableFuture<@Nullable Throwable> end) throws Exception {
        return end.get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
    }

    private static Running<Void> running(Running.Task call) {
        return Running.start(() -> {
            call.run();
            return null;
        });
    }

    @Nested
    class WhileAListenerIsAtWork {

        private final CountDownLatch go = new CountDownLatch(1);
        private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
        private Session session;
        private MessageProducer producer;

        private void send(int mode) throws JMSException {
            session = broker.session(mode);
            producer = session.createProducer(broker.queue(ORDERS));
            producer.send(
                    session.createTextMessage("a"),
                    doing(() -> go.await(TestBroker.LONG_MS, TimeUnit.MILLISECONDS), end));
        }

        private void assertWaits(Running.Task call) throws Exception {
            Running<Void> waiting = running(call).untilItWaits();
            assertThat(waiting.isDone()).isFalse();
            assertThat(end).isNotDone();
            go.countDown();
            waiting.result();
            assertThat(end).isCompleted();
        }

        @Test
        @Tag("7.3.4")
        void theCloseOfItsProducerWaits() throws Exception {
            send(Session.AUTO_ACKNOWLEDGE);
            assertWaits(producer::close);
        }

        @Test
        @Tag("7.3.4")
        void theCloseOfItsSessionWaits() throws Exception {
            send(Session.AUTO_ACKNOWLEDGE);
            assertWaits(session::close);
        }

        @Test
        @Tag("7.3.4")
        void theCloseOfItsConnectionWaits() throws Exception {
            send(Session.AUTO_ACKNOWLEDGE);
            assertWaits(broker.connection::close);
        }

        @Test
        @Tag("7.3.4")
        void aCommitWaits() throws Exception {
            send(Session.SESSION_TRANSACTED);
            assertWaits(session::commit);
            assertThat(broker.drain(ORDERS)).containsExactly("a");
        }

        @Test
        @Tag("7.3.4")
        void aRollbackWaitsAndTakesTheSendBack() throws Exception {
            send(Session.SESSION_TRANSACTED);
            assertWaits(session::rollback);
            assertThat(broker.drain(ORDERS)).isEmpty();
        }

        @Test
        @Tag("7.3.4")
        void theCloseOfAnotherProducerDoesNotWait() throws Exception {
            send(Session.AUTO_ACKNOWLEDGE);
            MessageProducer other = session.createProducer(broker.queue("other"));
            running(other::close).result();
            assertThat(end).isNotDone();
            go.countDown();
            assertThat(outcome(end)).isNull();
        }
    }

    @Nested
    class FromAListener {

        private Session session;
        private MessageProducer producer;

        @BeforeEach
        void use() throws JMSException {
            session = broker.session(Session.SESSION_TRANSACTED);
            producer = session.createProducer(broker.queue(ORDERS));
        }

        private @Nullable Throwable outcomeOf(Running.Task call) throws Exception {
            CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
            producer.send(session.createTextMessage("a"), doing(call, end));
            return outcome(end);
        }

        @Test
        @Tag("7.3.4")
        void closeCommitAndRollbackAreRefused() throws Exception {
            for (Running.Task refused : List.<Running.Task>of(
                    producer::close, session::close, session::commit, session::rollback, broker.connection::close)) {
                assertThat(outcomeOf(refused)).isInstanceOf(IllegalStateException.class);
            }
            session.commit();
            assertThat(broker.drain(ORDERS)).hasSize(5);
        }

        @Test
        @Tag("7.3.4")
        void whatBelongsToOthersMayBeClosed() throws Exception {
            MessageProducer otherProducer = session.createProducer(broker.queue("other"));
            Session otherSession = broker.session(Session.AUTO_ACKNOWLEDGE);
            assertThat(outcomeOf(otherProducer::close)).isNull();
            assertThat(outcomeOf(otherSession::close)).isNull();
        }

        /** Its listeners are called after this one: who waits for them would wait for ever. */
        @Test
        @Tag("7.3.4")
        void anotherProducerMayBeClosedThatHasSentMeanwhile() throws Exception {
            MessageProducer otherProducer = session.createProducer(broker.queue("other"));
            CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
            assertThat(outcomeOf(() -> {
                        otherProducer.send(session.createTextMessage("b"), doing(() -> {}, end));
                        otherProducer.close();
                    }))
                    .isNull();
            assertThat(outcome(end)).isNull();
        }

        /** Only message listeners must not, and a stop concerns no sends. */
        @Test
        @Tag("6.1.4")
        void theConnectionMayBeStopped() throws Exception {
            assertThat(outcomeOf(broker.connection::stop)).isNull();
            broker.connection.start();
        }

        @Test
        @Tag("7.3.4")
        void aContextRefusesToo() throws Exception {
            try (JMSContext context = broker.factory.createContext(JMSContext.SESSION_TRANSACTED)) {
                for (Running.Task refused : List.<Running.Task>of(context::close, context::commit, context::rollback)) {
                    CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
                    context.createProducer().setAsync(doing(refused, end)).send(broker.queue(ORDERS), "a");
                    assertThat(outcome(end)).isInstanceOf(IllegalStateRuntimeException.class);
                }
                context.commit();
            }
            assertThat(broker.drain(ORDERS)).hasSize(3);
        }
    }

    /** Its listener sends once more for each send that is complete, as long as it may. */
    @Nested
    class AListenerThatSendsOn {

        private final AtomicInteger callbacks = new AtomicInteger();
        private final BlockingQueue<Throwable> refusals = new LinkedBlockingQueue<>();
        private Session session;
        private MessageProducer producer;
        private volatile boolean enough;

        private void use(int mode) throws JMSException {
            session = broker.session(mode);
            producer = session.createProducer(broker.queue(ORDERS));
            sendOn();
            Awaitility.await().until(() -> callbacks.get() > 10);
        }

        private void sendOn() throws JMSException {
            Message message = session.createMessage();
            producer.send(message, new CompletionListener() {
                @Override
                public void onCompletion(Message sent) {
                    callbacks.incrementAndGet();
                    try {
                        if (!enough) {
                            sendOn();
                        }
                    } catch (JMSException e) {
                        refusals.add(e);
                    }
                }

                @Override
                public void onException(Message sent, Exception exception) {
                    refusals.add(exception);
                }
            });
        }

        @Test
        @Tag("7.3.4")
        void isRefusedByTheCloseOfItsSession() throws Exception {
            use(Session.AUTO_ACKNOWLEDGE);
            running(session::close).result();
            assertThat(refusals).singleElement().isInstanceOf(IllegalStateException.class);
        }

        @Test
        @Tag("7.3.4")
        void isRefusedByTheCloseOfItsConnection() throws Exception {
            use(Session.AUTO_ACKNOWLEDGE);
            running(broker.connection::close).result();
            assertThat(refusals).singleElement().isInstanceOf(IllegalStateException.class);
        }

        @Test
        @Tag("7.3.4")
        void keepsNoCommitFromReturning() throws Exception {
            use(Session.SESSION_TRANSACTED);
            running(session::commit).result();
            enough = true;
            assertThat(refusals).isEmpty();
        }

        @Test
        @Tag("7.3.4")
        void keepsNoRollbackFromReturning() throws Exception {
            use(Session.SESSION_TRANSACTED);
            running(session::rollback).result();
            enough = true;
            assertThat(refusals).isEmpty();
        }
    }

    @Nested
    class OnASlowDisk {

        private FaultyBroker faulty;
        private Session session;
        private MessageProducer producer;
        private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();

        @BeforeEach
        void use() throws JMSException {
            faulty = new FaultyBroker();
            session = faulty.connection.createSession();
            producer = session.createProducer(session.createQueue(FaultyBroker.ORDERS));
            faulty.send("warm");
            faulty.hold();
        }

        @AfterEach
        void close() throws JMSException {
            faulty.close();
        }

        @Test
        @Tag("7.3.1")
        void nobodyIsToldBeforeTheMessageIsOnIt() throws Exception {
            producer.send(session.createTextMessage("a"), doing(() -> {}, end));
            Running<Void> close = running(producer::close).untilItWaits();
            assertThat(end).isNotDone();
            assertThat(close.isDone()).isFalse();
            faulty.release();
            close.result();
            assertThat(outcome(end)).isNull();
        }

        @Test
        @Tag("7.3.4")
        void itsListenerIsCalledThoughTheCloseWasInterrupted() throws Exception {
            producer.send(session.createTextMessage("a"), doing(() -> {}, end));
            Running<Void> close = running(session::close).untilItWaits();
            close.interrupt();
            assertThatThrownBy(close::result).hasCauseInstanceOf(JMSException.class);
            running(faulty.connection::close).result();
            faulty.release();
            outcome(end);
            running(producer::close).result();
        }

        @Test
        @Tag("7.3.2")
        void aFailureComesToTheListener() throws Exception {
            producer.send(session.createTextMessage("a"), doing(() -> {}, end));
            faulty.breakDisk(false);
            assertThat(outcome(end))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("OutcomeUnknown"));
        }
    }
}
