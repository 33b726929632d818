/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.error.BrokerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session as transaction managers see it: the calls and answers of X/Open's XA, as the Jakarta Transactions API has them (rule
 * X5).
 *
 * <p>Thread safe: a transaction manager may end a branch on another thread while the session works in it. Calls block until they are
 * durable, at most for the operation time-out. Works as long as the namespace is open, whatever becomes of the session. After that
 * {@code start}, {@code recover} and what is asked of prepared branches are answered XAER_RMFAIL. What was not prepared is gone: its
 * {@code end}, {@code prepare} and commit in one phase are answered XA_RBROLLBACK, and {@code rollback} has nothing left to do.
 *
 * <p>It makes no heuristic decisions; HEURCOM and HEURRB are an administrator's. What is not known now is XAER_RMFAIL: to be asked
 * again, but for a commit in one phase, after which the branch is no more; what is known not to have happened is XA_RB*. A time-out,
 * a failed part of the work (TMFAIL) and a lost lock leave a branch that can only be rolled back, and {@code end} or {@code prepare}
 * says so.
 */
public final class BusXAResource implements XAResource {
    private static final Logger LOG = LoggerFactory.getLogger(BusXAResource.class);

    /** Of X/Open; the Java interface has no name for it. Together with TMSUSPEND: any resource may resume. */
    public static final int TMMIGRATE = 0x00100000;

    private final Namespace namespace;
    private final GlobalTransactions transactions;
    private final Branches branches;
    private final BranchListener listener;
    private final Waiting waiting;
    private final RecoveryScan scan;

    private final SessionAssociation association = new SessionAssociation();
    /** 0 for that of the settings. */
    private volatile int timeoutSeconds;

    /** The branch in which its work was ended for a rollback, until it begins other work. */
    private volatile @Nullable BranchXid endedForRollback;

    BusXAResource(GlobalTransactions transactions, BranchListener listener, Waiting waiting) {
        this.namespace = transactions.namespace();
        this.transactions = transactions;
        this.branches = transactions.branches();
        this.listener = listener;
        this.waiting = waiting;
        this.scan = new RecoveryScan(namespace, branches, waiting);
    }

    /** The branch in which the session works now, null outside of global transactions. */
    public @Nullable Transaction current() {
        return association.current();
    }

    /**
     * The same for an operation of the session that begins now. If another thread than the one that had begun a branch has ended
     * the session's work in it, however, the application does not know: what it does next was meant for that branch and must not
     * happen outside of it.
     *
     * @throws BrokerException InvalidOperation, once, in that case; not on the thread that has ended it
     */
    public @Nullable Transaction begin() {
        return association.begin();
    }

    /**
     * For an operation of the session that goes on.
     *
     * @param branch where it began
     * @throws BrokerException InvalidOperation if the session does not work in that branch any more
     */
    public void requireStillIn(Transaction branch) {
        association.requireStillIn(branch);
    }

    /** The id of the store, the same for all resources of it, in all processes. */
    public UUID storeId() {
        return namespace.id();
    }

    // ---- Work in a branch

    @Override
    public void start(Xid xid, int flags) throws XAException {
        guarded(() -> {
            if (flags != TMNOFLAGS && flags != TMJOIN && flags != TMRESUME) {
                return XaAnswer.invalid("start", flags);
            }
            BranchXid id = NamedXid.branchOf(xid);
            if (!namespace.isOpen()) {
                return XaAnswer.closed();
            }
            if (listener.worksOutside()) {
                return new XaAnswer(
                        XAException.XAER_OUTSIDE,
                        "the session has work under way outside of global transactions: end that first");
            }
            XaAnswer answer = associate(id, flags);
            Branch now = association.current();
            if (answer.isOk() && now != null) {
                tell(() -> listener.associated(now));
            }
            return answer;
        });
    }

    private synchronized XaAnswer associate(BranchXid id, int flags) {
        if (association.current() != null) {
            return XaAnswer.protocol(
                    id,
                    "cannot be started: the session works in another branch, or in this one: end or suspend"
                            + " that one first, or use a session of its own for each transaction");
        }
        endedForRollback = null;
        Branch branch = flags == TMNOFLAGS ? transactions.begin(id, limits()) : branches.find(id);
        if (branch == null) {
            return flags == TMNOFLAGS
                    ? new XaAnswer(XAException.XAER_DUPID, "branch " + id + " has been started already")
                    : notLive(id);
        }
        XaAnswer answer = associate(branch, flags);
        if (answer.isOk()) {
            association.enter(branch);
        }
        return answer;
    }

    private XaAnswer associate(Branch branch, int flags) {
        if (!branch.isOf(namespace)) {
            return new XaAnswer(
                    XAException.XAER_RMERR, "the branch is another user's: isSameRM is false, start one of its own");
        }
        if (flags == TMJOIN) {
            return branch.join(this);
        }
        if (flags == TMRESUME) {
            return branch.resume(this);
        }
        branch.begin(this);
        return XaAnswer.OK;
    }

    private TransactionSettings limits() {
        int seconds = timeoutSeconds;
        TransactionSettings settings = transactions.settings();
        return seconds == 0 ? settings : settings.withTimeout(Duration.ofSeconds(seconds));
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        guarded(() -> {
            boolean isKnown =
                    flags == TMSUCCESS || flags == TMFAIL || flags == TMSUSPEND || flags == (TMSUSPEND | TMMIGRATE);
            if (!isKnown) {
                return XaAnswer.invalid("end", flags);
            }
            BranchXid id = NamedXid.branchOf(xid);
            Branch branch = branches.find(id);
            if (branch == null) {
                return Objects.equals(endedForRollback, id) ? XaAnswer.OK : notLive(id);
            }
            return dissociate(id, branch, flags);
        });
    }

    private XaAnswer dissociate(BranchXid id, Branch branch, int flags) {
        XaAnswer answer;
        synchronized (this) {
            answer = branch.dissociate(this, flags);
            if (answer.code() == XAException.XAER_PROTO) {
                return Objects.equals(endedForRollback, id) ? XaAnswer.OK : answer;
            }
            association.leave(branch);
        }
        tell(() -> listener.dissociated(branch, flags & ~TMMIGRATE));
        return answer;
    }

    /**
     * Ends as failed whatever work is under way in a branch that is about to be rolled back, of this and all other sessions. X/Open
     * wants each to be ended before, and {@code rollback} answers XAER_PROTO otherwise; this is for servers that know of one session
     * where several have joined. A session may be told once more to end that work, as long as it begins no other.
     *
     * <p>A branch that is not known, or another user's, is left alone.
     *
     * @throws XAException XAER_INVAL if that names no branch
     */
    public void endAll(Xid xid) throws XAException {
        guarded(() -> {
            BranchXid id = NamedXid.branchOf(xid);
            Branch branch = own(id);
            if (branch != null) {
                branch.active().forEach(each -> each.endForRollback(id, branch));
            }
            return XaAnswer.OK;
        });
    }

    private void endForRollback(BranchXid id, Branch branch) {
        synchronized (this) {
            if (branch.dissociate(this, TMFAIL).code() == XAException.XAER_PROTO) {
                return; // It has ended its work meanwhile.
            }
            association.leave(branch);
            endedForRollback = id;
        }
        tell(() -> listener.dissociated(branch, TMFAIL));
    }

    /** Of what nobody can work in. */
    private XaAnswer notLive(BranchXid id) {
        return branches.isRemembered(id) ? XaAnswer.protocol(id, "takes no more work") : XaAnswer.unknown(id);
    }

    // ---- The end of a branch

    @Override
    public int prepare(Xid xid) throws XAException {
        return guarded(() -> {
            BranchXid id = NamedXid.branchOf(xid);
            Branch branch = own(id);
            return branch == null ? notLive(id) : waiting.await(branch.prepare());
        });
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        guarded(() -> {
            BranchXid id = NamedXid.branchOf(xid);
            Branch branch = own(id);
            if (branch == null) {
                return onePhase ? notLive(id) : another(id, namespace::commitBranch);
            }
            return waiting.await(onePhase ? branch.commitInOnePhase() : branch.commitPrepared());
        });
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        guarded(() -> {
            BranchXid id = NamedXid.branchOf(xid);
            Branch branch = own(id);
            return branch == null ? another(id, namespace::rollbackBranch) : waiting.await(branch.rollback());
        });
    }

    @Override
    public void forget(Xid xid) throws XAException {
        guarded(() -> {
            BranchXid id = NamedXid.branchOf(xid);
            Branch branch = own(id);
            if (branch != null) {
                return waiting.await(branch.forget());
            }
            boolean isPrepared = branches.isRemembered(id);
            XaAnswer answer = another(id, namespace::forgetBranch);
            return answer.code() == XAException.XAER_NOTA && isPrepared ? XaAnswer.notByHand(id) : answer;
        });
    }

    /** A branch of this process that this resource's user began. */
    private @Nullable Branch own(BranchXid id) {
        Branch branch = branches.find(id);
        return branch != null && branch.isOf(namespace) ? branch : null;
    }

    /** One that another user or an earlier process has prepared, or an administrator has ended, or that nobody knows. */
    private XaAnswer another(BranchXid id, Function<BranchXid, CompletableFuture<BranchOutcome>> end) {
        return waiting.await(end.apply(id).handle((outcome, failure) -> {
            if (outcome == null) {
                return XaAnswer.later(failure);
            }
            if (outcome == BranchOutcome.DONE) {
                branches.forget(id);
            }
            Branch ofAnother = branches.find(id);
            if (ofAnother != null && outcome != BranchOutcome.NOT_FOUND) {
                ofAnother.endedElsewhere(outcome);
            }
            return XaAnswer.of(outcome, id);
        }));
    }

    // ---- Recovery

    /** All of them with TMSTARTRSCAN, nothing more after that. Never a part: while not all can be known it is XAER_RMFAIL. */
    @Override
    public Xid[] recover(int flags) throws XAException {
        List<Xid> found = new ArrayList<>();
        guarded(() -> scan.go(flags, found));
        return found.toArray(Xid[]::new);
    }

    /**
     * Whether it is one of the same store in this process, and of the same user, on whatever connection. A server may wrap the
     * resources so that it is false: branches of a global transaction find each other all the same.
     */
    @Override
    public boolean isSameRM(XAResource other) {
        return other instanceof BusXAResource bus && bus.branches == branches && bus.namespace.equals(namespace);
    }

    // ---- Time

    /** In seconds; 0 if what is left open is not rolled back. */
    @Override
    public int getTransactionTimeout() {
        Duration timeout = limits().timeout();
        return timeout == null ? 0 : (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toSeconds()));
    }

    /**
     * Of branches that are started from now on: so many seconds after its start a branch that is not prepared is rolled back (rule
     * X2). 0 for that of the settings.
     */
    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        if (seconds < 0) {
            throw new XaAnswer(XAException.XAER_INVAL, "a time-out has 0 seconds or more, not " + seconds).exception();
        }
        timeoutSeconds = seconds;
        return true;
    }

    // ---- Answers

    /** A branch in which this has worked takes no more work. */
    void ended(Branch branch) {
        if (branch.wasToBeCommitted()) {
            association.completed(branch);
        }
        tell(() -> listener.ended(branch));
    }

    /** A branch in which this has worked is settled. */
    void settled(Branch branch) {
        tell(() -> listener.settled(branch));
    }

    boolean isSessionClosed() {
        return listener.isClosed();
    }

    /** A branch in which this works has been forgotten. */
    void takeOut(Branch branch) {
        association.takeOut(branch);
    }

    private static void tell(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException e) {
            LOG.warn("A session failed when it was told of its branch", e);
        }
    }

    /** A call of a transaction manager, which handles exceptions of XA alone. */
    private interface Call {
        XaAnswer make() throws XAException;
    }

    private static int guarded(Call call) throws XAException {
        XaAnswer answer;
        try {
            answer = call.make();
        } catch (RuntimeException e) {
            LOG.warn("A call of a transaction manager failed", e);
            answer = XaAnswer.later(e);
        }
        if (answer.code() != XA_OK && answer.code() != XA_RDONLY) {
            throw answer.exception();
        }
        return answer.code();
    }

    @Override
    public String toString() {
        return "XAResource of store " + namespace.id();
    }
}
