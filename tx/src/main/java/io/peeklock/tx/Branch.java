/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * One branch of a global transaction: the work that any number of sessions stage under its name, and where it stands in the state
 * tables of X/Open (rules X2, X5).
 *
 * <p>Thread safe: sessions work in it, and transaction managers end it, on any threads.
 */
final class Branch extends StagingTransaction {

    private enum Standing {
        /** Active while a resource works in it, else idle. */
        OPEN,
        /** A prepare, a commit in one phase, or a rollback of what was not prepared is under way. */
        ENDING,
        PREPARED,
        /** It may be prepared: the disk failed. */
        IN_DOUBT,
        ENDED
    }

    private static final Duration RETRY = Duration.ofSeconds(10);

    private final BranchXid xid;
    private final Namespace namespace;
    private final Branches branches;
    private final Committing committing;
    private final @Nullable Duration timeout;
    private final TransactionTimer timer;
    private final Turns turns = new Turns();
    private final BranchNews news = new BranchNews(this);

    private final Associations associations = new Associations();
    private Standing standing = Standing.OPEN;
    private final RollbackOnly rollbackOnly;
    private boolean toBeCommitted;
    private Runnable stopTimer = () -> {};

    /** @param settings with the time after which it is rolled back unless it is prepared or ended, null for none */
    Branch(
            BranchXid xid,
            Namespace namespace,
            TransactionSettings settings,
            TransactionTimer timer,
            PartitionPin pin,
            Branches branches) {
        super(namespace, settings, pin, branches::nextPartition);
        this.xid = xid;
        this.namespace = namespace;
        this.branches = branches;
        this.committing = new Committing(namespace, branches::nextPartition);
        this.timeout = settings.timeout();
        this.rollbackOnly = new RollbackOnly(namespace);
        this.timer = timer;
    }

    /** Whether a resource may join it: one whose user may do the same. */
    boolean isOf(Namespace view) {
        return namespace.equals(view);
    }

    // ---- What sessions see

    @Override
    public boolean hasEnded() {
        return locked(() -> rollbackOnly.isTimedOut() || (standing != Standing.OPEN && standing != Standing.ENDING));
    }

    @Override
    public boolean isTimedOut() {
        return locked(rollbackOnly::isTimedOut);
    }

    @Override
    void requireActive() {
        rollbackOnly.requireNot();
        if (standing != Standing.OPEN) {
            throw new BrokerException(ErrorCode.InvalidOperation, "the transaction is over");
        }
    }

    /** What it holds cannot be committed any more. */
    @Override
    void lockLost(BrokerException why) {
        locked(() -> {
            rollbackOnly.because(why);
            return rollbackOnly;
        });
    }

    // ---- Who works in it

    /** A resource begins it, and its time. */
    void begin(BusXAResource resource) {
        locked(() -> {
            associations.begin(resource);
            return stopTimer = timeout == null ? stopTimer : timer.schedule(timeout, this::timeOut);
        });
    }

    XaAnswer join(BusXAResource resource) {
        return locked(() -> {
            if (standing != Standing.OPEN) {
                return XaAnswer.protocol(xid, "takes no more work");
            }
            if (associations.isSuspended(resource)) {
                return XaAnswer.protocol(xid, "is suspended in this session: resume it");
            }
            XaAnswer answer = rollbackOnly.answer();
            return answer.isOk() ? associated(resource) : answer;
        });
    }

    XaAnswer resume(BusXAResource resource) {
        return locked(() -> {
            BusXAResource suspended = associations.suspendedFor(resource);
            if (suspended == null) {
                return XaAnswer.protocol(xid, "is not suspended in this session");
            }
            XaAnswer answer = rollbackOnly.answer();
            if (!answer.isOk()) {
                return answer;
            }
            associations.end(suspended);
            return associated(resource);
        });
    }

    private XaAnswer associated(BusXAResource resource) {
        associations.begin(resource);
        return XaAnswer.OK;
    }

    /** Those that work in it now. */
    List<BusXAResource> active() {
        return locked(associations::active);
    }

    /** @param flags TMSUCCESS, TMFAIL or TMSUSPEND, this one with TMMIGRATE or without */
    XaAnswer dissociate(BusXAResource resource, int flags) {
        return locked(() -> {
            boolean suspends = (flags & XAResource.TMSUSPEND) != 0;
            BusXAResource suspended = suspends ? null : associations.suspendedFor(resource);
            BusXAResource associated = associations.isActive(resource) ? resource : suspended;
            if (associated == null) {
                return XaAnswer.protocol(xid, "is not associated with this session");
            }
            XaAnswer answer = rollbackOnly.answer();
            if (answer.isOk() && suspends) {
                associations.suspend(associated, flags != XAResource.TMSUSPEND);
                return answer;
            }
            associations.end(associated);
            if (flags != XAResource.TMFAIL) {
                return answer;
            }
            rollbackOnly.because(new BrokerException(
                    ErrorCode.InvalidOperation, "its transaction manager has ended work in it as failed"));
            return XaAnswer.OK;
        });
    }

    // ---- Its end

    /** Whether a prepare or a commit in one phase was asked for while it could be committed. */
    boolean wasToBeCommitted() {
        return locked(() -> toBeCommitted);
    }

    /** The first phase, or nothing but its vote: {@link XaAnswer#READ_ONLY} if there is nothing to prepare, which ends it. */
    CompletableFuture<XaAnswer> prepare() {
        return turns.take(() -> whileNobodyElseChooses(() ->
                bring(XaAnswer.READ_ONLY, end -> committing.prepare(xid, parts(), this::lies, end), failure -> {
                    if (failure == null) {
                        stand(Standing.PREPARED);
                        return XaAnswer.OK;
                    }
                    stand(Standing.IN_DOUBT);
                    rollBackLater();
                    return XaAnswer.later(failure);
                })));
    }

    /**
     * Its transaction manager has no vote for it and must roll back; if it has asked in vain it may never ask again. So it is
     * done without being asked, when the disk is back.
     */
    private void rollBackLater() {
        timer.schedule(RETRY, () -> {
            if (locked(() -> standing == Standing.IN_DOUBT)) {
                rollback().thenAccept(answer -> {
                    if (!answer.isOk() && !answer.isClosed()) {
                        rollBackLater();
                    }
                });
            }
        });
    }

    CompletableFuture<XaAnswer> commitInOnePhase() {
        return turns.take(() -> bring(XaAnswer.OK, end -> committing.commit(parts(), end), failure -> {
            end();
            return failure == null ? XaAnswer.OK : XaAnswer.later(failure);
        }));
    }

    /**
     * @param bringing brings the work to the bus, and tells its end
     * @param done what comes of it if it was not refused; given null, or that its outcome is unknown
     */
    private CompletableFuture<XaAnswer> bring(
            XaAnswer ofNothing,
            Consumer<Consumer<@Nullable BrokerException>> bringing,
            Function<@Nullable BrokerException, XaAnswer> done) {
        XaAnswer refusal = close();
        if (refusal != null) {
            return CompletableFuture.completedFuture(refusal);
        }
        XaAnswer answer = locked(() -> {
            toBeCommitted = true;
            return rollbackOnly.answer();
        });
        if (!answer.isOk()) {
            return rollBackWork(answer);
        }
        if (isEmpty()) {
            end();
            return CompletableFuture.completedFuture(ofNothing);
        }
        CompletableFuture<XaAnswer> result = new CompletableFuture<>();
        bringing.accept(failure -> {
            if (failure == null || failure.code() == ErrorCode.OutcomeUnknown) {
                result.complete(done.apply(failure));
            } else {
                rollBackWork(XaAnswer.rolledBack(failure)).thenAccept(result::complete);
            }
        });
        return result;
    }

    /** Takes no more work from now on; or says why that cannot be. */
    private @Nullable XaAnswer close() {
        return locked(() -> {
            if (standing != Standing.OPEN) {
                return standing == Standing.ENDED
                        ? XaAnswer.unknown(xid)
                        : XaAnswer.protocol(xid, "is prepared already");
            }
            if (associations.isAnyActive()) {
                return XaAnswer.protocol(xid, "is being worked in: end that first");
            }
            associations.endAll();
            stopTimer.run();
            standing = Standing.ENDING;
            return null;
        });
    }

    private CompletableFuture<XaAnswer> rollBackWork(XaAnswer answer) {
        return unlock().thenApply(nothing -> {
            end();
            return answer;
        });
    }

    /** The second phase. */
    CompletableFuture<XaAnswer> commitPrepared() {
        return turns.take(() -> switch (locked(() -> standing)) {
            case PREPARED -> namespace.commitBranch(xid).handle(this::ended);
            case ENDED -> CompletableFuture.completedFuture(XaAnswer.unknown(xid));
            case OPEN, ENDING, IN_DOUBT -> CompletableFuture.completedFuture(XaAnswer.protocol(xid, "is not prepared"));
        });
    }

    private XaAnswer ended(@Nullable BranchOutcome outcome, @Nullable Throwable failure) {
        if (outcome == null) {
            return XaAnswer.later(failure);
        }
        end(outcome == BranchOutcome.HEURISTICALLY_COMMITTED || outcome == BranchOutcome.HEURISTICALLY_ROLLED_BACK);
        return XaAnswer.of(outcome, xid);
    }

    CompletableFuture<XaAnswer> rollback() {
        return turns.take(() -> switch (locked(() -> standing)) {
            case OPEN, ENDED -> {
                XaAnswer refusal = close();
                yield refusal == null ? rollBackWork(XaAnswer.OK) : CompletableFuture.completedFuture(refusal);
            }
            case PREPARED -> namespace.rollbackBranch(xid).handle(this::ended);
            case ENDING, IN_DOUBT -> namespace.rollbackBranch(xid).handle(this::endedInDoubt);
        });
    }

    /** That nothing was prepared is as good as that it was rolled back. */
    private XaAnswer endedInDoubt(@Nullable BranchOutcome outcome, @Nullable Throwable failure) {
        if (outcome == BranchOutcome.NOT_FOUND) {
            unlock();
            end();
            return XaAnswer.OK;
        }
        return ended(outcome, failure);
    }

    /** Another user, who may, has ended it when it was prepared. */
    void endedElsewhere(BranchOutcome outcome) {
        boolean was = locked(() -> standing == Standing.PREPARED || standing == Standing.IN_DOUBT);
        if (was) {
            ended(outcome, null);
        }
    }

    /** Forgets that an administrator has ended it. */
    CompletableFuture<XaAnswer> forget() {
        return turns.take(() -> locked(() -> standing) == Standing.PREPARED
                ? namespace.forgetBranch(xid).handle(this::forgotten)
                : CompletableFuture.completedFuture(XaAnswer.notByHand(xid)));
    }

    private XaAnswer forgotten(@Nullable BranchOutcome outcome, @Nullable Throwable failure) {
        return outcome == BranchOutcome.NOT_FOUND ? XaAnswer.notByHand(xid) : ended(outcome, failure);
    }

    // ---- Its time

    private void timeOut() {
        boolean ends = locked(() -> {
            if (standing == Standing.OPEN) {
                rollbackOnly.timeIsOver(timeout);
            }
            return rollbackOnly.isTimedOut();
        });
        if (ends) {
            unlock();
            dropWork();
            tell();
            branches.isOver(xid);
            cleanUpLater();
        }
    }

    private void cleanUpLater() {
        locked(() -> stopTimer = timer.schedule(Objects.requireNonNull(timeout), this::cleanUp));
    }

    /** A transaction manager that has forgotten it never says so, and a session that is closed never leaves it. */
    private void cleanUp() {
        active().stream().filter(BusXAResource::isSessionClosed).forEach(resource -> {
            locked(() -> associations.end(resource));
            resource.takeOut(this);
        });
        if (close() == null) {
            end();
        } else if (locked(() -> standing == Standing.OPEN)) {
            cleanUpLater();
        }
    }

    private void stand(Standing now) {
        locked(() -> standing = now);
        switch (now) {
            case ENDED -> dropWork();
            case PREPARED -> handOver();
            default -> dropAllButReceived();
        }
        tell();
    }

    private void end() {
        end(false);
    }

    private void end(boolean isHeuristic) {
        stand(Standing.ENDED);
        branches.ended(xid, isHeuristic);
    }

    private void tell() {
        boolean isSettled = locked(() -> rollbackOnly.isTimedOut() || standing == Standing.ENDED);
        news.tell(locked(associations::ever), isSettled);
    }
}
