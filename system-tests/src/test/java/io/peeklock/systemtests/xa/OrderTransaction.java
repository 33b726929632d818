/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import io.peeklock.systemtests.xa.Places.OpenDesk;
import io.peeklock.systemtests.xa.XaEvent.Kind;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Takes an order from the first place and notes it in the others, in one transaction, as a plan says.
 *
 * <p>Owned by one thread, used once.
 */
final class OrderTransaction {

    // Longer than any process of the tests lives.
    private static final int LONG_S = 600;

    private final String name;
    private final TransactionManager transactions;
    private final Map<Role, OpenDesk> desks;
    private final Plan plan;
    private String order = XaEvent.NO_ORDER;

    OrderTransaction(String name, TransactionManager transactions, Map<Role, OpenDesk> desks, Plan plan) {
        this.name = name;
        this.transactions = transactions;
        this.desks = desks;
        this.plan = plan;
    }

    /** Runs it. {@code stop} is run where the plan says, if it says so, with the order that was taken by then, or none. */
    void run(Consumer<String> stop) throws Exception {
        if (plan.stop() != null) {
            Stops.expect(plan.stop(), () -> stop.accept(order));
        }
        transactions.setTransactionTimeout(plan.ending() == Plan.Ending.TIME_OUT ? 1 : LONG_S);
        transactions.begin();
        switch (plan.ending()) {
            case COMMIT -> {
                work();
                transactions.commit();
                XaEvent.say(Kind.COMMITTED, name, order);
            }
            case ROLLBACK -> {
                work();
                transactions.rollback();
                XaEvent.say(Kind.ROLLED_BACK, name, order);
            }
            case REFUSE -> {
                work();
                commitRefused();
            }
            case TIME_OUT -> timeOut();
        }
    }

    private void work() throws Exception {
        Transaction transaction = transactions.getTransaction();
        for (Role role : plan.order()) {
            if (!transaction.enlistResource(desks.get(role).resource())) {
                throw new IllegalStateException(role + " was not enlisted");
            }
        }
        order = desks.get(Role.ORDERS).desk().take();
        XaEvent.say(Kind.TOOK, name, order);
        for (OpenDesk desk : desks.values()) {
            desk.desk().note(order);
        }
    }

    private void commitRefused() throws Exception {
        desks.get(plan.order().get(plan.order().size() - 1)).resource().refuseOnce();
        try {
            transactions.commit();
            XaEvent.say(Kind.UNEXPECTED, "a transaction was committed that one has refused:", order);
        } catch (RollbackException e) {
            XaEvent.say(Kind.ROLLED_BACK, name, order);
        }
    }

    private void timeOut() throws Exception {
        Transaction transaction = transactions.getTransaction();
        CountDownLatch over = new CountDownLatch(1);
        transaction.registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {}

            @Override
            public void afterCompletion(int status) {
                over.countDown();
            }
        });
        try {
            work();
        } catch (Exception e) {
            // The time may be over before the work is done. Any other failure leaves a transaction that nobody ends,
            // too.
        }
        over.await();
        requireRolledBack(transaction);
        transactions.suspend();
        if (!order.equals(XaEvent.NO_ORDER)) {
            XaEvent.say(Kind.ROLLED_BACK, name, order);
        }
    }

    private void requireRolledBack(Transaction transaction) throws SystemException {
        if (transaction.getStatus() != Status.STATUS_ROLLEDBACK) {
            XaEvent.say(Kind.UNEXPECTED, "the time was over and it is not rolled back:", order);
        }
    }
}
