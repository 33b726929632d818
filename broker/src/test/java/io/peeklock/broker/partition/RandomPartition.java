/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.rule.CompiledRule;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.JournalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A partition to which random things happen, and its durable image after every batch.
 *
 * <p>Not thread safe.
 */
final class RandomPartition {
    private static final int ENTITIES = 8;

    private final Random random;
    private final RandomEntities entities;
    private final SimulatedRuntime runtime;
    private final MemoryBudget budget;
    private final boolean expireWholeSessions;
    private final Profile profile;
    /** What the journal takes without waiting, more or less than rounds guess. */
    private final long roomBytes;

    private final Map<Integer, DurableImage> images = new HashMap<>();
    private final Map<Integer, Map<Long, Command.Define>> definitionsAt = new HashMap<>();
    private final Map<Integer, Long> highestIdAt = new HashMap<>();
    private final List<TestSubscriber> subscribers = new ArrayList<>();

    private final List<LockToken> tokens = new ArrayList<>();
    private final List<CompletableFuture<?>> replies = new ArrayList<>();
    private final RandomSessions sessions;
    private final RandomPeers peers;
    private final RandomMessages messages;
    private final RandomSweeps sweeps;
    private final RandomTransactions transactions;
    private RecordedStore store = new RecordedStore();
    private PartitionDriver driver;
    private SendWindow window;

    RandomPartition(long seed) {
        random = new Random(seed);
        entities = new RandomEntities(random);
        sessions = new RandomSessions(random, entities);
        sweeps = new RandomSweeps(random, entities);
        peers = new RandomPeers(random, entities);
        runtime = new SimulatedRuntime(seed);
        messages = new RandomMessages(random, sessions, runtime);
        transactions = new RandomTransactions(random, entities, sessions, messages, tokens);
        budget = new MemoryBudget(random.nextBoolean() ? 100_000 : Long.MAX_VALUE, Long.MAX_VALUE);
        profile = random.nextBoolean() ? Profile.AZURE : Profile.JMS;
        expireWholeSessions = random.nextBoolean();
        roomBytes = random.nextBoolean() ? Long.MAX_VALUE : 66_000 + random.nextInt(300_000);
        driver = start(List.of(), List.of());
        for (int i = 0; i < ENTITIES; i++) {
            driver.submit(entities.create(reply()));
        }
    }

    private PartitionDriver start(List<Command.Define> defines, List<CompiledRule> rules) {
        PartitionSettings settings =
                new PartitionSettings(store, runtime, profile, budget, peers.exchange(), expireWholeSessions);
        PartitionDriver started = new PartitionDriver(0, settings);
        driver = started;
        settings.exchange().joins(0, started::submitFromPeer);
        window = new SendWindow(runtime, Duration.ofMinutes(1).toNanos(), 0, started::submit);
        store.onAppend(this::remember);
        store.room(roomBytes);
        started.start(defines, rules, entities.lastId());
        runtime.runUntilIdle();
        assertThat(started.health().reason()).isNull();
        remember();
        return started;
    }

    private void remember() {
        PartitionCore core = driver.core();
        if (core != null) {
            images.put(store.appended(), DurableImage.of(core.state, core.beingEmptied(), core.bodies));
            definitionsAt.put(store.appended(), Map.copyOf(driver.roster().definitions()));
            highestIdAt.put(store.appended(), driver.roster().highestEntityId());
        }
    }

    /** Does something. */
    void step() throws JournalException {
        runtime.callFromApplication(random.nextBoolean());
        switch (random.nextInt(36)) {
            case 0, 1, 2, 3, 4, 5 -> send();
            case 6, 7, 8 -> receive();
            case 9, 10, 11, 12 -> settle();
            case 13 -> transactions.commit(driver, reply());
            case 14 -> store.sync(random.nextInt(6));
            case 15 -> runtime.advance(Duration.ofMillis(random.nextInt(4000)));
            case 16 -> changeEntities();
            case 17 -> settleAll();
            case 18 -> renew();
            case 19 -> failAndReopen();
            case 20 -> receiveDeferred();
            case 21 -> cancelScheduled();
            case 22 -> transactions.reserveNumber(driver, reply());
            case 23 -> sweeps.step(driver, reply());
            case 24 -> sweeps.resubmit(driver, messages.next(), reply());
            case 25, 26 -> sessions.step(driver, subscribers);
            case 27, 28, 29 -> peers.step(driver);
            case 30, 31, 32, 33, 34 -> transactions.stepOfPart(driver, reply());
            default -> restart();
        }
        runtime.runUntilIdle();
        collect();
        checkRules();
        PartitionCore core = driver.core();
        assertThat(core).as(driver.health().toString()).isNotNull();
        if (core != null) {
            DurableImage.checkCounters(core.state);
        }
    }

    private void collect() {
        for (TestSubscriber subscriber : subscribers) {
            for (Delivery delivery : subscriber.received) {
                if (delivery.lockToken() != null) {
                    tokens.add(delivery.requireLockToken());
                }
            }
            subscriber.received.clear();
        }
    }

    private <T> CompletableFuture<T> reply() {
        CompletableFuture<T> reply = new CompletableFuture<>();
        replies.add(reply);
        return reply;
    }

    private void send() {
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Message message = messages.next();
            SendReply reply = new SendReply(window, message.sizeBytes());
            replies.add(reply);
            Command.Send send =
                    new Command.Send(new Submission(entities.anyDestination(), message, messages.anyTime(), 0), reply);
            if (window.enter(send)) {
                driver.submit(send);
            }
        }
    }

    private void receive() {
        boolean deadLetter = random.nextInt(4) == 0;
        ReceiveMode mode = random.nextInt(4) == 0 ? ReceiveMode.RECEIVE_AND_DELETE : ReceiveMode.PEEK_LOCK;
        long entity = entities.anySource();
        boolean inSessions = !deadLetter && entities.requiresSessions(entity);
        boolean filtered = !inSessions && random.nextInt(3) == 0;
        TestSubscriber subscriber = new TestSubscriber(
                entities.flags(entity).of(deadLetter).requests(),
                mode,
                filtered ? (message, redeliveries, changes) -> (message.priority() + redeliveries) % 2 == 0 : null,
                random.nextInt(4) == 0 ? 3_000_000_000L : 0);
        if (inSessions) {
            subscriber.of(sessions.demand(true));
        }
        subscriber.want(1 + random.nextInt(4));
        subscribers.add(subscriber);
        driver.submit(new Command.Subscribe(entity, deadLetter, subscriber));
        if (random.nextInt(3) > 0) {
            driver.submit(new Command.Unsubscribe(entity, deadLetter, subscriber));
        }
    }

    /** Some of the deferred messages of an entity are received by number, sometimes with one that is not deferred. */
    private void receiveDeferred() {
        long entity = entities.anySource();
        boolean deadLetter = random.nextInt(4) == 0;
        PartitionCore core = driver.core();
        Fragment fragment = core == null ? null : core.state.fragment(entity);
        if (fragment == null) {
            return;
        }
        List<Long> numbers = some(MessageState.DEFERRED, fragment);
        ReceiveMode mode = random.nextInt(4) == 0 ? ReceiveMode.RECEIVE_AND_DELETE : ReceiveMode.PEEK_LOCK;
        CompletableFuture<List<Delivery>> reply = reply();
        reply.thenAccept(deliveries -> deliveries.stream()
                .filter(delivery -> delivery.lockToken() != null)
                .forEach(delivery -> tokens.add(delivery.requireLockToken())));
        driver.submit(new Command.ReceiveDeferred(
                entity, deadLetter, numbers, mode, 0, sessions.anyLock(entity), null, reply));
    }

    /** Numbers of messages in this state, and perhaps of others. */
    private List<Long> some(MessageState state, Fragment fragment) {
        List<Long> numbers = new ArrayList<>();
        MessageEntry entry = fragment.firstFrom(0);
        while (entry != null && numbers.size() < 3) {
            if (entry.delivery.state() == state || random.nextInt(50) == 0) {
                numbers.add(entry.sequenceNumber);
            }
            entry = fragment.firstFrom(entry.sequenceNumber + 1);
        }
        return numbers;
    }

    private void cancelScheduled() {
        long entity = entities.anyDestination();
        PartitionCore core = driver.core();
        Fragment fragment = core == null ? null : core.state.fragment(entity);
        if (fragment != null) {
            driver.submit(new Command.CancelScheduled(entity, some(MessageState.SCHEDULED, fragment), reply()));
        }
    }

    private LockToken anyToken() {
        return tokens.remove(random.nextInt(tokens.size()));
    }

    private void settle() {
        if (!tokens.isEmpty()) {
            driver.submit(new Command.Settle(anyToken(), messages.settlement(), reply()));
        }
    }

    private void settleAll() {
        List<LockToken> some = new ArrayList<>();
        while (!tokens.isEmpty() && some.size() < 5) {
            some.add(anyToken());
        }
        driver.submit(new Command.SettleAll(some, messages.settlement(), reply()));
    }

    private void renew() {
        if (!tokens.isEmpty()) {
            driver.submit(new Command.Renew(tokens.get(random.nextInt(tokens.size())), reply()));
        }
    }

    private void changeRules() {
        Command.DefineRule rule = entities.rule(new CompletableFuture<>());
        if (rule != null) {
            replies.add(rule.reply());
            driver.submit(rule);
        }
        if (rule == null || random.nextInt(3) == 0) {
            driver.submit(entities.dropRule(reply()));
        }
    }

    /** The rules of a reopened partition are those it had: it was told of them, and of nothing else. */
    private void checkRules() {
        PartitionCore core = driver.core();
        if (core != null) {
            assertThat(core.state.fragments().stream().flatMap(fragment -> fragment.rules.all().stream()))
                    .containsExactlyInAnyOrderElementsOf(driver.roster().rules());
        }
    }

    private void changeEntities() {
        if (random.nextBoolean()) {
            changeRules();
        } else if (random.nextInt(3) > 0) {
            driver.submit(entities.change(reply()));
        } else {
            entities.delete().forEach(id -> driver.submit(new Command.Drop(id, reply())));
            driver.submit(entities.create(reply()));
        }
    }

    /** The process stops, cleanly or with a power cut that leaves some first batches, and starts again. */
    private void restart() throws JournalException {
        int kept = store.appended();
        if (random.nextBoolean()) {
            driver.submit(new Command.Close(reply()));
            runtime.runUntilIdle();
            kept = store.appended();
            replies.forEach(reply -> assertThat(reply).isDone());
        } else {
            kept = store.durable() + random.nextInt(store.appended() - store.durable() + 1);
            runtime.crash();
        }
        store = RecordedStore.after(store, kept);
        if (random.nextBoolean()) {
            store.compact(random.nextLong());
        }
        forgetAfter(kept);
        subscribers.clear();
        sessions.forget();
        peers.forget();
        replies.clear();
        entities.ended();
        Roster known = driver.roster();
        driver = start(
                known.definitions().values().stream()
                        .filter(define -> !define.definition().temporary())
                        .toList(),
                known.rules().stream().filter(rule -> rule.subscriptionId() > 0).toList());
    }

    /** The disk fails, perhaps after some batches have reached it, and the partition is opened again. */
    private void failAndReopen() {
        int kept = store.durable();
        int waiting = store.appended() - kept;
        if (waiting > 0 && random.nextBoolean()) {
            int survivors = random.nextInt(waiting + 1);
            kept += survivors;
            store.failSync(survivors);
        } else {
            store.failNextAppend();
            SendReply reply = new SendReply(window, 0);
            replies.add(reply);
            // No duplicate of any: that would append nothing.
            Message plain = Message.builder().body(BodyKind.BYTES, new byte[1]).build();
            driver.submit(new Command.Send(RandomEntities.FIRST, plain, reply));
        }
        runtime.runUntilIdle();
        assertThat(driver.core()).as("partition that has failed").isNull();
        replies.forEach(reply -> assertThat(reply).isDone());
        store.keep(kept);
        forgetAfter(kept);
        driver.submit(new Command.Reopen(reply()));
        runtime.runUntilIdle();
        remember();
    }

    /** What is gone must not be taken for what comes. */
    private void forgetAfter(int kept) {
        images.keySet().removeIf(at -> at > kept);
    }

    /** Loads what was there after some batch, and compares it with what the state was then. */
    void compareSomePrefix() throws JournalException {
        int at = store.durable() + random.nextInt(store.appended() - store.durable() + 1);
        if (random.nextInt(4) == 0) {
            at = random.nextInt(store.appended() + 1);
        }
        DurableImage expected = images.get(at);
        if (expected == null) {
            return;
        }
        for (boolean compacted : new boolean[] {false, true}) {
            RecordedStore left = RecordedStore.after(store, at);
            if (compacted) {
                left.compact(random.nextLong());
            }
            DurableImage loaded =
                    DurableImage.load(left, definitionsAt.getOrDefault(at, Map.of()), highestIdAt.getOrDefault(at, 0L));
            assertThat(loaded)
                    .as("after batch %d, compacted: %s", at, compacted)
                    .isEqualTo(expected);
        }
    }
}
