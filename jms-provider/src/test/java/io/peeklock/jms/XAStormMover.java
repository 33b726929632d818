/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.TextMessage;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Moves messages in branches of two sessions of one thread, and ends them as transaction managers do: itself, on other threads at
 * any moment, or by an administrator.
 *
 * <p>For one thread.
 */
final class XAStormMover implements AutoCloseable {
    private final XAConnection connection;
    private final XAConnection second;
    private final XASession session;
    private final XASession joined;
    private final Namespace namespace;
    private final Random random;
    private final XAStormLedger ledger;

    XAStormMover(PeeklockXAConnectionFactory factory, Namespace namespace, long seed, XAStormLedger ledger)
            throws JMSException {
        this.connection = factory.createXAConnection();
        this.second = factory.createXAConnection();
        this.session = connection.createXASession();
        this.joined = second.createXASession();
        this.namespace = namespace;
        this.random = new Random(seed);
        this.ledger = ledger;
        connection.start();
        second.start();
    }

    @Override
    public void close() throws JMSException {
        connection.close();
        second.close();
    }

    void run(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            Xid xid = XABranches.newXid();
            boolean reaped = random.nextInt(3) == 0;
            CountDownLatch go = new CountDownLatch(1);
            int goAt = random.nextInt(4);
            Thread reaper = reaped ? reaper(xid, random.nextBoolean(), go) : null;
            boolean mayCommit = worked(xid, go, goAt);
            go.countDown();
            end(xid, mayCommit, reaper);
        }
    }

    /** As a time-out of the transaction manager: the end, and a rollback, at some moment. */
    private Thread reaper(Xid xid, boolean fails, CountDownLatch go) {
        XAResource resource = session.getXAResource();
        Thread reaper = new Thread(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                return;
            }
            answer(() -> resource.end(xid, fails ? XAResource.TMFAIL : XAResource.TMSUCCESS));
            ledger.ends(xid);
            ledger.happens("reaped " + answer(() -> resource.rollback(xid)));
        });
        reaper.start();
        return reaper;
    }

    /** Whether all its work was done. */
    private boolean worked(Xid xid, CountDownLatch go, int goAt) throws XAException {
        XAResource resource = session.getXAResource();
        resource.start(xid, XAResource.TMNOFLAGS);
        try {
            int moves = 1 + random.nextInt(3);
            for (int i = 0; i < moves; i++) {
                if (i == goAt) {
                    go.countDown();
                }
                move(session);
            }
            if (random.nextInt(4) == 0) {
                return aside(xid, resource);
            }
            return true;
        } catch (JMSException e) {
            ledger.happens("refused " + e.getClass().getSimpleName());
            return false;
        }
    }

    /** Suspends it, joins it from elsewhere, or migrates it. */
    private boolean aside(Xid xid, XAResource resource) throws JMSException {
        XAResource other = joined.getXAResource();
        switch (random.nextInt(3)) {
            case 0 -> {
                if (answer(() -> other.start(xid, XAResource.TMJOIN)) != 0) {
                    return false;
                }
                try {
                    move(joined);
                } finally {
                    answer(() -> other.end(xid, XAResource.TMSUCCESS));
                }
            }
            case 1 -> {
                if (answer(() -> resource.end(xid, XAResource.TMSUSPEND)) != 0) {
                    return false;
                }
                Xid between = XABranches.newXid();
                answer(() -> resource.start(between, XAResource.TMNOFLAGS));
                try {
                    move(session);
                } finally {
                    answer(() -> resource.end(between, XAResource.TMSUCCESS));
                    ledger.happens("between " + answer(() -> resource.commit(between, true)));
                }
                return answer(() -> resource.start(xid, XAResource.TMRESUME)) == 0;
            }
            default -> {
                int migrate = XAResource.TMSUSPEND | io.peeklock.tx.BusXAResource.TMMIGRATE;
                if (answer(() -> resource.end(xid, migrate)) != 0
                        || answer(() -> other.start(xid, XAResource.TMRESUME)) != 0) {
                    return false;
                }
                try {
                    move(joined);
                } finally {
                    answer(() -> other.end(xid, XAResource.TMSUCCESS));
                }
            }
        }
        return true;
    }

    private void move(XASession in) throws JMSException {
        boolean forth = random.nextBoolean();
        String text;
        try (MessageConsumer consumer = in.createConsumer(in.createQueue(forth ? "a" : "b"))) {
            text = TestBroker.text(consumer.receiveNoWait());
        }
        if (text != null) {
            try (MessageProducer producer = in.createProducer(in.createQueue(forth ? "b" : "a"))) {
                TextMessage message = in.createTextMessage(text);
                message.setStringProperty("JMS_SB_PartitionKey", "orders of today");
                producer.send(message);
            }
        }
    }

    private void end(Xid xid, boolean mayCommit, @Nullable Thread reaper) throws Exception {
        XAResource resource = session.getXAResource();
        boolean commits = mayCommit && random.nextInt(4) != 0;
        answer(() -> resource.end(xid, XAResource.TMSUCCESS));
        if (commits && random.nextBoolean()) {
            ledger.happens("one phase " + answer(() -> resource.commit(xid, true)));
        } else if (commits || random.nextBoolean()) {
            int vote = vote(resource, xid);
            ledger.happens("vote " + vote);
            if (vote == XAResource.XA_OK) {
                endPrepared(xid, commits, reaper != null);
            }
        }
        if (reaper != null) {
            reaper.join();
        }
        ledger.ends(xid);
        int rollback = answer(() -> resource.rollback(xid));
        ledger.happens("left " + rollback);
        assertThat(rollback).isIn(XAResource.XA_OK, XAException.XAER_NOTA);
    }

    private void endPrepared(Xid xid, boolean commits, boolean reaped) throws Exception {
        XAResource by = random.nextBoolean() ? session.getXAResource() : joined.getXAResource();
        if (!reaped) {
            ledger.isPrepared(xid);
        }
        boolean byHand = !reaped && random.nextInt(4) == 0;
        ledger.happens(byHand ? "by hand" : "by the manager");
        ledger.ends(xid);
        if (byHand) {
            BranchXid name = new BranchXid(xid.getFormatId(), xid.getGlobalTransactionId(), xid.getBranchQualifier());
            (commits ? namespace.commitPrepared(name) : namespace.rollbackPrepared(name)).join();
            int answer = answer(() -> by.commit(xid, false));
            assertThat(answer).isEqualTo(commits ? XAException.XA_HEURCOM : XAException.XA_HEURRB);
            by.forget(xid);
            return;
        }
        int answer = commits ? answer(() -> by.commit(xid, false)) : answer(() -> by.rollback(xid));
        if (!reaped) {
            assertThat(answer).isEqualTo(XAResource.XA_OK);
        }
    }

    private static int vote(XAResource resource, Xid xid) {
        try {
            return resource.prepare(xid);
        } catch (XAException e) {
            return e.errorCode;
        }
    }

    /** A call of a transaction manager. */
    private interface Call {
        void make() throws XAException;
    }

    private static int answer(Call call) {
        try {
            call.make();
            return XAResource.XA_OK;
        } catch (XAException e) {
            return e.errorCode;
        }
    }
}
