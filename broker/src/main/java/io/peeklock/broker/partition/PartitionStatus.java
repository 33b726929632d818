/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a partition serves, and why not.
 *
 * <p>Changed by its driver, read by any thread.
 */
final class PartitionStatus {
    private static final Logger log = LoggerFactory.getLogger(PartitionStatus.class);

    private final int partition;
    private volatile State state = State.OPENING;
    private volatile boolean recovering;
    private volatile @Nullable String reason;
    private volatile List<LoadReport.Finding> findings = List.of();
    private volatile boolean whole = true;

    PartitionStatus(int partition) {
        this.partition = partition;
    }

    void opening() {
        state = State.OPENING;
    }

    /**
     * It is being loaded, and this was found, which is logged.
     *
     * @param decisionsAreWhole whether it knows all that it has decided, or was to decide
     */
    void found(List<LoadReport.Finding> all, boolean decisionsAreWhole) {
        findings = all;
        whole = decisionsAreWhole;
        for (LoadReport.Finding finding : all) {
            log.warn("Partition {}: {} {}: {}", partition, finding.damage(), finding.where(), finding.description());
        }
    }

    void serving() {
        reason = null;
        state = State.SERVING;
    }

    void failed(@Nullable String why) {
        reason = String.valueOf(why);
        state = State.FAILED;
    }

    void closed() {
        state = State.CLOSED;
    }

    /** Whether messages that were handed out before it was loaded cannot be received again yet. */
    void recovering(boolean now) {
        if (recovering != now) {
            recovering = now;
        }
    }

    /** Whether what can be received in it is not known yet. Once it is, the flags of its sub-queues are right. */
    boolean isLoading() {
        State now = state;
        return now == State.OPENING || now == State.SERVING && recovering;
    }

    /** Whether the last load found all transactions that are decided here. */
    boolean isWhole() {
        return whole;
    }

    boolean is(State asked) {
        return state == asked;
    }

    /** @param isUsed whether it has anything on disk */
    PartitionHealth health(boolean isUsed) {
        State now = state;
        return new PartitionHealth(partition, now == State.SERVING && !isUsed ? State.UNUSED : now, reason, findings);
    }

    /** Whether it takes commands now, or will when it is loaded. */
    boolean isAvailable() {
        State now = state;
        return now == State.SERVING || now == State.OPENING;
    }

    /** What is said of a command that was under way when the partition failed. */
    BrokerException outcomeUnknown(JournalException cause) {
        return new BrokerException(
                ErrorCode.OutcomeUnknown,
                "partition " + partition + " failed while this was under way (" + cause.getMessage()
                        + "): it may or may not have happened",
                cause);
    }

    /** Why a partition stops, whatever was thrown. */
    static JournalException reason(Throwable thrown) {
        if (thrown instanceof JournalException e) {
            return e;
        }
        return thrown instanceof ReloadException
                ? new JournalException(JournalException.Reason.CORRUPT, String.valueOf(thrown.getMessage()), thrown)
                : new JournalException(JournalException.Reason.REFUSED, "a defect: " + thrown, thrown);
    }

    /** Why a command is refused. */
    BrokerException unavailable() {
        if (state == State.CLOSED) {
            return new BrokerException(ErrorCode.Closed, "the namespace is closed");
        }
        return new BrokerException(
                ErrorCode.PartitionUnavailable,
                "partition " + partition + " is out (" + reason + "): mend the cause and reopen it; the others go on");
    }
}
