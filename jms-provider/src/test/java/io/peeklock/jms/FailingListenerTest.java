/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Listeners that throw whatever Java lets them throw: the next message, and the next failure, still come. */
class FailingListenerTest {

    private static final String ORDERS = "orders";

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private TestBroker broker;

    /** What is thrown. */
    enum Kind {
        RUNTIME(new IllegalArgumentException("on purpose")),
        ERROR(new NoClassDefFoundError("on purpose")),
        /** As languages without checked exceptions do. */
        CHECKED(new IOException("on purpose"));

        private final Throwable thrown;

        Kind(Throwable thrown) {
            this.thrown = thrown;
        }

        @SuppressWarnings("unchecked")
        <T extends Throwable> void raise() throws T {
            throw (T) thrown;
        }
    }

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private List<String> next(int count) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(String.valueOf(seen.poll(TestBroker.LONG_MS, TimeUnit.MILLISECONDS)));
        }
        return texts;
    }

    private void note(Message message) {
        try {
            seen.add(text(message) + TestBroker.deliveryCount(message));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    /** Implicit modes give the message once more, the others the next one (Jakarta Messaging 8.7). */
    @ParameterizedTest
    @CsvSource({
        "1, RUNTIME, a1 a2 b1", "1, ERROR, a1 a2 b1", "1, CHECKED, a1 a2 b1",
        "3, RUNTIME, a1 a2 b1", "3, ERROR, a1 a2 b1", "3, CHECKED, a1 a2 b1",
        "2, RUNTIME, a1 b1 c1", "2, ERROR, a1 b1 c1", "2, CHECKED, a1 b1 c1",
        "0, RUNTIME, a1 b1 c1", "0, ERROR, a1 b1 c1", "0, CHECKED, a1 b1 c1",
        "100, RUNTIME, a1 b1 c1", "100, ERROR, a1 b1 c1", "100, CHECKED, a1 b1 c1",
        "101, RUNTIME, a1 b1 c1", "101, ERROR, a1 b1 c1", "101, CHECKED, a1 b1 c1"
    })
    void ofMessages(int mode, Kind kind, String expected) throws Exception {
        broker.send(ORDERS, "a", "b", "c");
        try (Session session = broker.session(mode)) {
            AtomicBoolean first = new AtomicBoolean(true);
            session.createConsumer(broker.queue(ORDERS)).setMessageListener(message -> {
                note(message);
                if (first.getAndSet(false)) {
                    kind.<RuntimeException>raise();
                }
            });
            assertThat(next(3)).containsExactly(expected.split(" ", -1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofFailures(Kind kind) throws Exception {
        broker.connection.setExceptionListener(failure -> {
            seen.add(String.valueOf(failure.getMessage()));
            kind.<RuntimeException>raise();
        });
        PeeklockConnection connection = (PeeklockConnection) broker.connection;
        connection.report(new JMSException("first"));
        assertThat(next(1)).containsExactly("first");
        connection.report(new JMSException("second"));
        assertThat(next(1)).containsExactly("second");
    }
}
