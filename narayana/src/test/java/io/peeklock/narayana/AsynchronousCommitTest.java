/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import com.arjuna.ats.arjuna.common.CoordinatorEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.TextMessage;
import jakarta.jms.XASession;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That a session goes on at once after a commit whose calls Narayana has made on threads of its own: whoever has called {@code
 * commit} knows what has become of the work, though another thread has ended it (rules X1, X5).
 *
 * <p>Not thread safe.
 */
@Tag("X1")
@Tag("X5")
final class AsynchronousCommitTest {

    private static final String QUEUE = "orders";

    @TempDir
    static Path directory;

    private static Bus left;
    private static Bus right;
    private static PeeklockTransactions transactions;

    private final List<String> endedBy = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        CoordinatorEnvironmentBean coordinator = arjPropertyManager.getCoordinatorEnvironmentBean();
        coordinator.setAsyncPrepare(true);
        coordinator.setAsyncCommit(true);
        left = new Bus(directory.resolve("left"));
        right = new Bus(directory.resolve("right"));
        transactions = PeeklockTransactions.narayana(directory.resolve("tx"))
                .node("n1")
                .recoveryPeriod(Duration.ofHours(1))
                .recovering(left.factory())
                .recovering(right.factory())
                .start();
    }

    @AfterAll
    static void close() throws Exception {
        transactions.close();
        left.close();
        right.close();
    }

    private XAResource observed(Bus bus, XASession session) {
        return NamedResource.of(bus.namespace().id().toString(), new ObservedResource(session.getXAResource(), call -> {
            if (call.equals("end")) {
                endedBy.add(Thread.currentThread().getName());
            }
        }));
    }

    @Test
    void ofTwoStoresLetsTheSessionsOfBothGoOn() throws Exception {
        TransactionManager manager = transactions.transactionManager();
        try (XASession here = left.xaConnection().createXASession();
                XASession there = right.xaConnection().createXASession();
                MessageConsumer fromHere = here.createConsumer(here.createQueue(QUEUE));
                MessageConsumer fromThere = there.createConsumer(there.createQueue(QUEUE))) {
            for (int i = 0; i < 100; i++) {
                Bus.send(here, QUEUE, "before");
                manager.begin();
                assertThat(manager.getTransaction().enlistResource(observed(left, here)))
                        .isTrue();
                assertThat(manager.getTransaction().enlistResource(observed(right, there)))
                        .isTrue();
                assertThat(text(fromHere)).isEqualTo("before");
                Bus.send(here, QUEUE, "inside");
                Bus.send(there, QUEUE, "inside");
                manager.commit();
                // At once, and outside of the transaction.
                assertThat(text(fromHere)).isEqualTo("inside");
                Bus.send(there, QUEUE, "after");
                assertThat(List.of(text(fromThere), text(fromThere))).containsExactlyInAnyOrder("inside", "after");
                assertThat(left.count(QUEUE) + right.count(QUEUE)).isZero();
            }
        }
        assertThat(endedBy)
                .as("threads")
                .anyMatch(thread -> !thread.equals(Thread.currentThread().getName()));
        assertThat(transactions.logEntries()).isZero();
    }

    private static String text(MessageConsumer consumer) throws JMSException {
        return ((TextMessage) consumer.receive(30_000)).getText();
    }
}
