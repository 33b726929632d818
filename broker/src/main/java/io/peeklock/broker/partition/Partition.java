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
import io.peeklock.broker.message.Message;
import io.peeklock.broker.rule.CompiledRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A partition: a serial state machine that owns its journal. What it can be asked to do.
 *
 * <p>Thread safe; nothing here blocks. Futures fail with {@code BrokerException}; they complete on the thread that drives
 * the partition, so dependants must be quick.
 */
public final class Partition {

    /** An entity and its flags, as a partition is told of it. */
    public record Entity(EntityDefinition definition, EntityFlags flags) {}

    /** A peek stops at the message with which it reaches so many bytes: its answer must fit the heap. */
    public static final long MAX_PEEK_BYTES = 16L << 20;

    private final int index;
    private final PartitionDriver driver;
    private final SendWindow window;

    public Partition(int index, PartitionSettings settings, Duration operationTimeout) {
        this.index = index;
        this.driver = new PartitionDriver(index, settings);
        settings.exchange().joins(index, driver::submitFromPeer);
        this.window = new SendWindow(settings.runtime(), operationTimeout.toNanos(), index, driver::submit);
    }

    /**
     * Loads the journal; commands wait until then. Called once.
     *
     * @param entities the entities that are here
     * @param rules the rules of subscriptions that are here, but for those that are part of their definitions
     * @param highestEntityId entity ids up to this one were given out
     */
    public CompletableFuture<PartitionHealth> start(
            List<Entity> entities, List<CompiledRule> rules, long highestEntityId) {
        List<Command.Define> defines = new ArrayList<>();
        for (Entity entity : entities) {
            defines.add(new Command.Define(entity.definition(), entity.flags(), new CompletableFuture<>()));
        }
        return driver.start(defines, rules, highestEntityId);
    }

    public int index() {
        return index;
    }

    public PartitionHealth health() {
        return driver.health();
    }

    /** Whether it takes commands now, or will when it is loaded. */
    public boolean isAvailable() {
        return driver.status().isAvailable();
    }

    /**
     * Whether its journal is still being loaded, or what had been handed out before cannot be received again yet: its ready
     * flags do not say all.
     */
    public boolean isLoading() {
        return driver.status().isLoading();
    }

    /**
     * Whether its last load found all transactions that are decided here. If not, it answers {@link Verdict#UNKNOWN} of those
     * from before that it does not know.
     */
    public boolean isWhole() {
        return driver.status().isWhole();
    }

    /** Sends a message without a schedule. */
    public CompletableFuture<Long> send(long entityId, Message message) {
        return send(new Submission(entityId, message));
    }

    /** Sends; completes with the sequence number when the message is durable, or enqueued if it is volatile. */
    public CompletableFuture<Long> send(Submission submission) {
        SendReply reply = new SendReply(window, submission.message().sizeBytes());
        Command.Send command = new Command.Send(submission, reply);
        if (window.enter(command)) {
            driver.submit(command);
        }
        return reply;
    }

    /**
     * Does a transaction's work in one batch.
     *
     * @param trial to do nothing, and be told whether it would be refused
     */
    public CompletableFuture<Void> commit(TransactionWork work, boolean trial) {
        return ask(reply -> new Command.Commit(work, trial, reply));
    }

    /**
     * Keeps a part of a transaction, checked as a commit of it is, until {@link #endPart} (rules X4, X5). Completes when it is
     * durable. Fails otherwise than with OutcomeUnknown: nothing of it is here, and every lock is as it was.
     */
    public CompletableFuture<Void> prepare(PreparedPart part, TransactionWork work) {
        return ask(reply -> new BranchCommand.Prepare(part, work, reply));
    }

    /**
     * Ends a prepared part, by commit or rollback, in one batch; never refused for quota, status or deletion (rule X6).
     * Completes when it is durable: with false if no such part is prepared here, so that it may be repeated.
     */
    public CompletableFuture<Boolean> endPart(UUID id, boolean commit) {
        return ask(reply -> new BranchCommand.EndPart(id, commit, reply));
    }

    /** As {@link #endPart}, by an administrator: that it was so is remembered until {@link #forgetPart}. */
    public CompletableFuture<Boolean> endByHand(UUID id, boolean commit) {
        return ask(reply -> new BranchCommand.EndByHand(id, commit, reply));
    }

    /** What an administrator has ended need not be remembered any more; false if there is no such part here. */
    public CompletableFuture<Boolean> forgetPart(UUID id) {
        return ask(reply -> new BranchCommand.ForgetPart(id, reply));
    }

    /** The parts here, those that an administrator has ended too, in the order in which they were prepared. */
    public CompletableFuture<List<PartInfo>> parts() {
        return ask(reply -> new BranchCommand.ListParts(reply));
    }

    /** The parts that have something in this entity: as long as one is prepared it must not be deleted (rule W4). */
    public CompletableFuture<List<PartInfo>> partsOf(long entityId) {
        return ask(reply -> new BranchCommand.ListPartsOf(entityId, reply));
    }

    /**
     * A transaction of this id is going to be prepared elsewhere, and may be decided here: begun before anything of it is
     * prepared, once (rule X4). A partition that is loaded again has forgotten it, and then refuses to decide.
     */
    public CompletableFuture<Void> begin(UUID id) {
        return ask(reply -> new DecisionCommand.Begin(id, reply));
    }

    /** It will not be decided here any more: its participants roll back when they ask. */
    public CompletableFuture<Void> giveUp(UUID id) {
        return ask(reply -> new DecisionCommand.GiveUp(id, reply));
    }

    /**
     * Does this partition's own work of a transaction that was begun here and is prepared everywhere else, which commits all of
     * it. Completes when that is durable. Fails otherwise than with {@code OutcomeUnknown}: nothing was done, and it cannot be
     * decided here any more; with {@code PartitionUnavailable} also if this partition was loaded again since it was begun.
     *
     * @param participants the other partitions; remembered until {@link #participantDone} of each
     */
    public CompletableFuture<Void> decide(UUID id, TransactionWork work, List<Integer> participants) {
        return ask(reply -> new DecisionCommand.Decide(id, work, List.copyOf(participants), reply));
    }

    /** A participant of a transaction that was decided here has made its part durable, or has none; may be repeated. */
    public CompletableFuture<Void> participantDone(UUID id, int participant) {
        return ask(reply -> new DecisionCommand.ParticipantDone(id, participant, reply));
    }

    /** What it says, as their coordinator, of transactions of which others have parts (rule X4). */
    public CompletableFuture<Map<UUID, Verdict>> verdicts(List<UUID> ids) {
        return ask(reply -> new DecisionCommand.Ask(List.copyOf(ids), reply));
    }

    /**
     * Receives deferred messages, all or none, in the order of their numbers here (rules F2, F3).
     *
     * @param lockLost hears if their locks are lost
     */
    public CompletableFuture<List<Delivery>> receiveDeferred(
            long entityId,
            boolean deadLetter,
            List<Long> numbers,
            ReceiveMode mode,
            long autoRenewNanos,
            @Nullable LockLostListener lockLost) {
        return ask(reply -> new Command.ReceiveDeferred(
                entityId, deadLetter, numbers, mode, autoRenewNanos, null, lockLost, reply));
    }

    /** The same for who holds their session (rule F6). */
    public CompletableFuture<List<Delivery>> receiveDeferred(
            SessionToken session, List<Long> numbers, ReceiveMode mode) {
        return ask(reply ->
                new Command.ReceiveDeferred(session.entityId(), false, numbers, mode, 0, session.id(), null, reply));
    }

    /** Removes scheduled messages, each for itself; completes with the numbers of those that are not there (rule N3). */
    public CompletableFuture<List<Long>> cancelScheduled(long entityId, List<Long> numbers) {
        return ask(reply -> new Command.CancelScheduled(entityId, numbers, reply));
    }

    /** Takes a number of an entity for a message that a transaction will schedule (rule X6). */
    public CompletableFuture<Long> reserveNumber(long entityId) {
        return ask(reply -> new Command.ReserveNumber(entityId, reply));
    }

    public CompletableFuture<Void> settle(LockToken token, Settlement settlement) {
        return ask(reply -> new Command.Settle(token, settlement, reply));
    }

    /** Settles several, each for itself, in order. Never fails: every outcome is in the list. */
    public CompletableFuture<List<SettlementOutcome>> settleAll(List<LockToken> tokens, Settlement settlement) {
        return ask(reply -> new Command.SettleAll(List.copyOf(tokens), settlement, reply));
    }

    /** Completes with the wall time, in ms, until which the lock holds now. */
    public CompletableFuture<Long> renew(LockToken token) {
        return ask(reply -> new Command.Renew(token, reply));
    }

    /**
     * Looks at messages from a position on, in order. Stops when it has {@link #MAX_PEEK_BYTES}, and when it has looked at
     * many.
     *
     * @param filter those it wants, null for all
     */
    public CompletableFuture<BrowsePage> peek(
            long entityId, boolean deadLetter, BrowsePosition from, int max, @Nullable MessageFilter filter) {
        return ask(reply -> new Command.Peek(entityId, deadLetter, from, max, filter, reply));
    }

    /**
     * Puts an edited message in the place of a dead letter, back into its entity; completes with its number.
     *
     * @param reservedNumber what another partition has reserved for it, so that it goes there; 0 if it stays in this one
     */
    public CompletableFuture<Long> resubmit(long entityId, long number, Message edited, long reservedNumber) {
        return ask(reply -> new Command.Resubmit(entityId, number, edited, reservedNumber, reply));
    }

    /** Does something with messages of a sub-queue, some of them: the answer says where the next call goes on. */
    public CompletableFuture<SweepPage> sweep(Sweep sweep) {
        return ask(reply -> new Command.SweepMessages(sweep, reply));
    }

    public CompletableFuture<EntityCounters> count(long entityId) {
        return ask(reply -> new Command.Count(entityId, reply));
    }

    /** What is in an entity, by state. */
    public CompletableFuture<EntityStatistics> measure(long entityId) {
        return ask(reply -> new Command.Measure(entityId, reply));
    }

    /** The same of several, by their ids. */
    public CompletableFuture<Map<Long, EntityStatistics>> measureEach(List<Long> entityIds) {
        return ask(reply -> new Command.MeasureEach(List.copyOf(entityIds), reply));
    }

    /** How much is in all entities. */
    public CompletableFuture<Contents> measure() {
        return ask(reply -> new Command.MeasureAll(reply));
    }

    /** What goes to other partitions and has not ended, in the order in which it was begun. */
    public CompletableFuture<List<TransferInfo>> transfers(int max) {
        return ask(reply -> new Command.ListTransfers(max, reply));
    }

    /** An entity is here, new or with new settings. Completes when that is durable; at once while the partition is out. */
    public CompletableFuture<Void> define(Entity entity) {
        return ask(reply -> new Command.Define(entity.definition(), entity.flags(), reply));
    }

    /** A rule is new or says something else, and its subscription is defined so now. Completes as {@link #define}. */
    public CompletableFuture<Void> defineRule(CompiledRule rule, Entity subscription) {
        CompletableFuture<Void> reply = new CompletableFuture<>();
        Command.Define define =
                new Command.Define(subscription.definition(), subscription.flags(), new CompletableFuture<>());
        driver.submit(new Command.DefineRule(rule, define, reply));
        return reply;
    }

    /** A rule was deleted. */
    public CompletableFuture<Void> dropRule(long subscriptionId, long ruleId) {
        return ask(reply -> new Command.DropRule(subscriptionId, ruleId, reply));
    }

    /** An entity was deleted. */
    public CompletableFuture<Void> drop(long entityId) {
        return ask(reply -> new Command.Drop(entityId, reply));
    }

    public void subscribe(long entityId, boolean deadLetter, Subscriber subscriber) {
        driver.submit(new Command.Subscribe(entityId, deadLetter, subscriber));
    }

    public void unsubscribe(long entityId, boolean deadLetter, Subscriber subscriber) {
        driver.submit(new Command.Unsubscribe(entityId, deadLetter, subscriber));
    }

    /** Asks for a message for a subscriber; {@code nothingHere} runs if there is none and it still waits. */
    public void fetch(long entityId, boolean deadLetter, Subscriber subscriber, Runnable nothingHere) {
        driver.submit(new Command.Fetch(entityId, deadLetter, subscriber, nothingHere));
    }

    /** A session by its name, for a subscriber that has subscribed here before. */
    public CompletableFuture<SessionGrant> acceptSession(long entityId, String sessionId, Subscriber subscriber) {
        return ask(reply -> new Command.AcceptSession(entityId, sessionId, subscriber, reply));
    }

    /** Completes with the wall time, in ms, until which the session's lock holds now. */
    public CompletableFuture<Long> renewSession(SessionToken token) {
        return ask(reply -> new Command.RenewSession(token, reply));
    }

    public CompletableFuture<Optional<byte[]>> sessionState(SessionToken token) {
        return ask(reply -> new Command.GetSessionState(token, reply));
    }

    /** Sets a session's state, null to clear it; it must not change afterwards. Completes when that is durable. */
    public CompletableFuture<Void> setSessionState(SessionToken token, byte @Nullable [] state) {
        return ask(reply -> new Command.SetSessionState(token, state, reply));
    }

    /** Sessions behind this one, in the order of their ids. */
    public CompletableFuture<List<SessionInfo>> sessions(long entityId, @Nullable String after, int max) {
        return ask(reply -> new Command.ListSessions(entityId, after, max, reply));
    }

    /** Tries to forward dead letters again that were refused: an entity is new, or has other settings. */
    public void forwardAgain() {
        driver.submit(new Command.ForwardAgain());
    }

    /** Loads a failed partition again; does nothing to one that serves. */
    public CompletableFuture<PartitionHealth> reopen() {
        return ask(reply -> new Command.Reopen(reply));
    }

    /** Ends the partition after what was asked of it before. */
    public CompletableFuture<Void> close() {
        return ask(reply -> new Command.Close(reply));
    }

    private <T> CompletableFuture<T> ask(Function<CompletableFuture<T>, Command> question) {
        CompletableFuture<T> reply = new CompletableFuture<>();
        driver.submit(question.apply(reply));
        return reply;
    }
}
