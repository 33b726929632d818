/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BrowsePage;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.EntityStatistics;
import io.peeklock.broker.LockLostListener;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.rule.CompiledRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a partition is asked to do. Immutable; each answers exactly once. */
sealed interface Command {

    /** What a record without content takes, roughly. */
    int BYTES_PER_OPERATION = 128;

    /**
     * Bytes that it may write, roughly, so that an application's thread does not decide what has no room in the buffer.
     */
    default long bytes(PartitionState state) {
        return 0;
    }

    /** The same for the state of a session. */
    static long bytesOf(byte @Nullable [] sessionState) {
        return (long) BYTES_PER_OPERATION + (sessionState == null ? 0 : sessionState.length);
    }

    /** Answers that it was not done. */
    void refuse(BrokerException cause);

    /** What is answered through a future, also that it was not done. */
    sealed interface Asked extends Command {
        CompletableFuture<?> reply();

        @Override
        default void refuse(BrokerException cause) {
            reply().completeExceptionally(cause);
        }
    }

    /** What a coordinator is asked about a transaction over several partitions (rule X4). */
    sealed interface OfDecision extends Asked permits DecisionCommand {}

    /** What concerns prepared parts of transactions (rule X5). */
    sealed interface OfBranch extends Asked permits BranchCommand {}

    record Send(Submission submission, SendReply reply) implements Command {
        Send(long entityId, Message message, SendReply reply) {
            this(new Submission(entityId, message), reply);
        }

        Message message() {
            return submission.message();
        }

        @Override
        public long bytes(PartitionState state) {
            return submission.bytes(state);
        }

        @Override
        public void refuse(BrokerException cause) {
            reply.fail(cause);
        }
    }

    /** {@code trial}: nothing is done, the answer is whether it would be refused. */
    record Commit(TransactionWork work, boolean trial, CompletableFuture<Void> reply) implements Asked {
        @Override
        public long bytes(PartitionState state) {
            return trial ? 0 : work.bytes(state);
        }
    }

    /** A subscriber asks this partition, because its flag says it has something. */
    record Fetch(long entityId, boolean deadLetter, Subscriber subscriber, Runnable nothingHere) implements Command {
        @Override
        public void refuse(BrokerException cause) {
            nothingHere.run();
        }
    }

    /** What names messages by their numbers, or goes through them by their numbers. */
    sealed interface ByNumber extends Command {}

    /**
     * Takes deferred messages, all or none (rules F2, F3).
     *
     * @param sessionLock of the session to which they belong, null where there are none (rule F6)
     */
    record ReceiveDeferred(
            long entityId,
            boolean deadLetter,
            List<Long> numbers,
            ReceiveMode mode,
            long autoRenewNanos,
            @Nullable UUID sessionLock,
            @Nullable LockLostListener lockLost,
            CompletableFuture<List<Delivery>> reply)
            implements ByNumber, Asked {
        @Override
        public long bytes(PartitionState state) {
            return (long) numbers.size() * BYTES_PER_OPERATION;
        }
    }

    /** Removes scheduled messages; answers with those that are not there (rule N3). */
    record CancelScheduled(long entityId, List<Long> numbers, CompletableFuture<List<Long>> reply)
            implements ByNumber, Asked {
        @Override
        public long bytes(PartitionState state) {
            return (long) numbers.size() * BYTES_PER_OPERATION;
        }
    }

    /** Takes a number for a message that a transaction will schedule (rule X6). */
    record ReserveNumber(long entityId, CompletableFuture<Long> reply) implements ByNumber, Asked {}

    /** Does something with many messages, some of them at a time. */
    record SweepMessages(Sweep sweep, CompletableFuture<SweepPage> reply) implements ByNumber, Asked {
        @Override
        public long bytes(PartitionState state) {
            return (long) Sweeping.RECORDS * BYTES_PER_OPERATION;
        }
    }

    /**
     * Puts an edited message in the place of a dead letter, back into its entity.
     *
     * @param reservedNumber what another partition has reserved for it, so that it goes there; 0 if it stays in this one
     */
    record Resubmit(long entityId, long number, Message edited, long reservedNumber, CompletableFuture<Long> reply)
            implements ByNumber, Asked {
        @Override
        public long bytes(PartitionState state) {
            return (long) edited.sizeBytes() + 2 * BYTES_PER_OPERATION;
        }
    }

    record Settle(LockToken token, Settlement settlement, CompletableFuture<Void> reply) implements Asked {}

    record SettleAll(List<LockToken> tokens, Settlement settlement, CompletableFuture<List<SettlementOutcome>> reply)
            implements Command {
        @Override
        public long bytes(PartitionState state) {
            return (long) tokens.size() * BYTES_PER_OPERATION;
        }

        @Override
        public void refuse(BrokerException cause) {
            List<SettlementOutcome> outcomes = new ArrayList<>();
            for (LockToken token : tokens) {
                outcomes.add(new SettlementOutcome(token, cause));
            }
            reply.complete(outcomes);
        }
    }

    record Renew(LockToken token, CompletableFuture<Long> reply) implements Asked {}

    record Peek(
            long entityId,
            boolean deadLetter,
            BrowsePosition from,
            int max,
            @Nullable MessageFilter filter,
            CompletableFuture<BrowsePage> reply)
            implements Asked {}

    /** What asks how much there is. */
    sealed interface Measures extends Asked {}

    record Count(long entityId, CompletableFuture<EntityCounters> reply) implements Measures {}

    record Measure(long entityId, CompletableFuture<EntityStatistics> reply) implements Measures {}

    /** Several, each as {@link Measure} does. */
    record MeasureEach(List<Long> entityIds, CompletableFuture<Map<Long, EntityStatistics>> reply)
            implements Measures {}

    record ListTransfers(int max, CompletableFuture<List<TransferInfo>> reply) implements Measures {}

    record MeasureAll(CompletableFuture<Contents> reply) implements Measures {}

    /** An entity is here, new or with new settings. */
    record Define(EntityDefinition definition, EntityFlags flags, CompletableFuture<Void> reply) implements Command {
        @Override
        public void refuse(BrokerException cause) {
            // What is out is not waited for: it learns of the definitions before it serves (rule W4).
            reply.complete(null);
        }
    }

    /** A rule is new or says something else, and its subscription is defined so now: one goes with the other. */
    record DefineRule(CompiledRule rule, Define subscription, CompletableFuture<Void> reply) implements Command {
        @Override
        public void refuse(BrokerException cause) {
            // As of an entity.
            reply.complete(null);
        }
    }

    /** A rule was deleted. */
    record DropRule(long subscriptionId, long ruleId, CompletableFuture<Void> reply) implements Command {
        @Override
        public void refuse(BrokerException cause) {
            reply.complete(null);
        }
    }

    /** An entity was deleted. */
    record Drop(long entityId, CompletableFuture<Void> reply) implements Command {
        @Override
        public void refuse(BrokerException cause) {
            // What is out is not waited for: it learns of the definitions before it serves (rule W4).
            reply.complete(null);
        }
    }

    record Subscribe(long entityId, boolean deadLetter, Subscriber subscriber) implements Command {
        @Override
        public void refuse(BrokerException cause) {
            // It is remembered, but not before the partition serves again would anybody notice that its flag is down.
            subscriber.askAgain();
        }
    }

    record Unsubscribe(long entityId, boolean deadLetter, Subscriber subscriber) implements Command {
        @Override
        public void refuse(BrokerException cause) {}
    }

    /** What concerns one session, or all. */
    sealed interface OfSession extends Command {}

    /** A session by its name, for a subscriber. */
    record AcceptSession(long entityId, String sessionId, Subscriber subscriber, CompletableFuture<SessionGrant> reply)
            implements OfSession, Asked {}

    record RenewSession(SessionToken token, CompletableFuture<Long> reply) implements OfSession, Asked {}

    record GetSessionState(SessionToken token, CompletableFuture<Optional<byte[]>> reply) implements OfSession, Asked {}

    /** {@code state} must not change any more; null clears. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares commands
    record SetSessionState(SessionToken token, byte @Nullable [] state, CompletableFuture<Void> reply)
            implements OfSession, Asked {
        @Override
        public long bytes(PartitionState partition) {
            return bytesOf(state);
        }
    }

    /** {@code after}: the sessions behind this one, in the order of their ids, or all. */
    record ListSessions(long entityId, @Nullable String after, int max, CompletableFuture<List<SessionInfo>> reply)
            implements OfSession, Asked {}

    /** What one partition asks of another, and its answers. */
    sealed interface OfTransfer extends Command {}

    /**
     * Messages come from another partition. Answered with those that are not taken, when the others are durable; fails if
     * nothing was done, or nobody knows.
     */
    record Arrive(
            UUID id,
            int sourcePartition,
            long destinationId,
            boolean durable,
            List<Item> items,
            CompletableFuture<@Nullable List<Refused>> reply)
            implements OfTransfer, Asked {

        /**
         * @param number where it comes from
         * @param departure null if it is known here only if it has come already
         */
        record Item(long number, @Nullable Departure departure) {}

        @Override
        public long bytes(PartitionState state) {
            long bytes = BYTES_PER_OPERATION;
            for (Item item : items) {
                Departure departure = item.departure();
                bytes += departure == null ? 0 : new Submission(destinationId, departure.message()).bytes(state);
            }
            return bytes;
        }
    }

    /**
     * The answer of a transfer's destination.
     *
     * @param refused messages that it does not take, null if it is not known whether it took any
     */
    record TransferAnswered(
            UUID id, int partition, int attempt, @Nullable List<Refused> refused) implements OfTransfer {
        @Override
        public void refuse(BrokerException cause) {
            // It is asked again when this partition is back.
        }
    }

    /** These transfers have ended in their source. */
    record ForgetArrivals(List<UUID> ids) implements OfTransfer {
        @Override
        public void refuse(BrokerException cause) {
            // It asks when it is back.
        }
    }

    /** Which of these have ended here? */
    record AskForTransfers(List<UUID> ids, CompletableFuture<@Nullable List<UUID>> reply)
            implements OfTransfer, Asked {}

    /** More of what an entity was to send elsewhere before its settings were changed. */
    record Redirect(long entityId) implements OfTransfer {
        @Override
        public void refuse(BrokerException cause) {
            // What is loaded goes where it was to go.
        }
    }

    /** What refused dead letters may take them now. */
    record ForwardAgain() implements Command {
        @Override
        public void refuse(BrokerException cause) {
            // After a load they are tried again anyway.
        }
    }

    /** A partition was loaded, and may have ended transfers before without telling of it. */
    record SourceIsBack(int partition) implements OfTransfer {
        @Override
        public void refuse(BrokerException cause) {
            // This one is out too, and asks when it is back.
        }
    }

    /** Something's time may have come. {@code atNanos} says which tick it is. */
    record Tick(long atNanos) implements Command {
        @Override
        public long bytes(PartitionState state) {
            return (long) Timing.CHANGES_PER_TICK * BYTES_PER_OPERATION;
        }

        @Override
        public void refuse(BrokerException cause) {}
    }

    /** Contents were written into the swap, those without a handle were not. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares commands
    record SwapWritten(SwapWriter writer, List<SwapQueue.Waiting> contents, long[] handles) implements Command {
        @Override
        public void refuse(BrokerException cause) {}
    }

    /** Loads a failed partition again. */
    record Reopen(CompletableFuture<PartitionHealth> reply) implements Asked {}

    /** Ends the partition after everything before it. */
    record Close(CompletableFuture<Void> reply) implements Asked {
        /** Answers that it is closed, not cleanly if there was a failure. */
        void end(@Nullable Throwable failure) {
            if (failure == null) {
                reply.complete(null);
            } else {
                reply.completeExceptionally(failure);
            }
        }
    }
}
