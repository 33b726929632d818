/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.runtime.SimulatedRuntime;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A namespace whose entities forward to each other over its partitions, in which partitions fail and processes end between any
 * two steps. Every message goes one way: a topic has one subscription.
 *
 * <p>Not thread safe.
 */
final class ForwardSimulation {
    private static final int PARTITIONS = 4;
    /** A peek shows no more. */
    private static final int MAX_MESSAGES = 240;

    private final Random random;
    private final boolean deletes;
    /** Else messages are moved out of it: what came back by a forward would be a duplicate, and what is moved back is none. */
    private final boolean forwardsToUnique;

    private final List<String> queues = List.of("q0", "q1", "q2", "spread", "unique");
    private final List<String> destinations = List.of("q0", "q1", "q2", "spread", "unique", "news");
    private final Map<String, CompletableFuture<Long>> sends = new HashMap<>();
    private final Map<String, Message> messages = new HashMap<>();
    private SimulatedRuntime runtime;
    private SimulatedJournalStore store = new SimulatedJournalStore(PARTITIONS);
    private LocalNamespace namespace;

    /** @param deletes whether destinations are deleted, with what is in them */
    ForwardSimulation(long seed, boolean deletes) {
        random = new Random(seed);
        this.deletes = deletes;
        forwardsToUnique = random.nextBoolean();
        runtime = new SimulatedRuntime(seed);
        namespace = open();
        for (String name : queues) {
            define(name, null, null, true);
        }
        namespace.createTopic(TopicDescription.builder("news").homePartition(3).build());
        syncAll();
        namespace.createSubscription(
                SubscriptionDescription.builder("news", "all").forwardTo("q0").build());
        syncAll();
    }

    private LocalNamespace open() {
        try {
            LocalNamespace opened = LocalNamespace.open(store, TestBus.config(Profile.JMS), runtime);
            runtime.runUntilIdle();
            return opened;
        } catch (JournalException e) {
            throw new AssertionError("the namespace did not open", e);
        }
    }

    private CompletableFuture<?> define(String name, @Nullable String to, @Nullable String dead, boolean isNew) {
        boolean partitioned = name.equals("spread") || name.equals("unique");
        QueueDescription queue = QueueDescription.builder(name)
                .partitioned(partitioned)
                .homePartition(partitioned ? 0 : name.charAt(1) - '0')
                .duplicateDetectionWindow(name.equals("unique") ? Duration.ofHours(1) : Duration.ZERO)
                .forwardTo(to)
                .forwardDeadLetteredMessagesTo(dead)
                .build();
        CompletableFuture<?> done = isNew ? namespace.createQueue(queue) : namespace.updateQueue(queue);
        runtime.runUntilIdle();
        store.sync(JournalStore.DEFINITIONS, Integer.MAX_VALUE);
        return done;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            runtime.runUntilIdle();
        }
        heal();
        check();
    }

    private void step() {
        runtime.callFromApplication(random.nextBoolean());
        switch (random.nextInt(22)) {
            case 0, 1, 2, 3, 4, 5 -> send();
            case 6, 7, 8, 9 -> store.sync(random.nextInt(PARTITIONS), 1 + random.nextInt(3));
            case 10 -> syncAll();
            case 11, 12 -> redirect();
            case 13, 14 -> runtime.advance(Duration.ofMillis(random.nextInt(1500)));
            case 15 -> fail(random.nextInt(PARTITIONS));
            case 16, 17 -> reopen();
            case 18 -> end();
            case 19 -> move();
            case 20 -> resubmit();
            default -> {
                if (deletes) {
                    delete(queues.get(random.nextInt(queues.size())));
                }
            }
        }
    }

    private void send() {
        for (int i = 1 + random.nextInt(4); i > 0 && sends.size() < MAX_MESSAGES; i--) {
            String text = "m" + sends.size();
            Message.Builder message =
                    TestBus.text(text).applicationMessageId(text).durable(random.nextInt(8) > 0);
            if (random.nextInt(3) > 0) {
                message.partitionKey("k" + random.nextInt(6));
            }
            Message built = message.build();
            messages.put(text, built);
            sends.put(text, namespace.send(path(destinations.get(random.nextInt(destinations.size()))), built));
        }
    }

    private void move() {
        boolean leaves = !forwardsToUnique && random.nextBoolean();
        String name = leaves ? "unique" : queues.get(random.nextInt(queues.size()));
        if (name.equals("unique") && forwardsToUnique) {
            return;
        }
        EntityPath source = EntityPath.queue(name);
        boolean comesBack = !name.equals("unique") && !forwardsToUnique && random.nextBoolean();
        String to = comesBack ? "unique" : destinations.get(random.nextInt(destinations.size()));
        namespace.moveMessages(
                random.nextBoolean() ? source : source.deadLetterQueue(),
                random.nextInt(9) == 0 ? EntityPath.subscription("news", "all") : path(to),
                MessageSelection.ALL.atMost(1 + random.nextInt(9)),
                DeadLetterProperties.CLEAR);
    }

    private static EntityPath path(String name) {
        return name.equals("news") ? EntityPath.topic(name) : EntityPath.queue(name);
    }

    /** A dead letter goes into another partition. */
    private void resubmit() {
        EntityPath source = EntityPath.queue("spread").deadLetterQueue();
        CompletableFuture<List<Delivery>> found = namespace.peek(source, 0, 250);
        runtime.runUntilIdle();
        if (!found.isDone() || found.isCompletedExceptionally()) {
            return;
        }
        for (Delivery dead : found.join()) {
            Message edited = dead.edit()
                    .partitionKey("k" + random.nextInt(6))
                    .property("edited", true)
                    .build();
            namespace.resubmit(source, dead.sequenceNumber(), edited);
        }
    }

    private void redirect() {
        String name = queues.get(random.nextInt(queues.size()));
        if (!name.equals("unique")) {
            // What came back to that one in a circle would be a duplicate.
            define(name, destination(name), destination(name), false);
        }
    }

    private @Nullable String destination(String source) {
        String name = destinations.get(random.nextInt(destinations.size()));
        boolean drops = name.equals("unique") && !forwardsToUnique;
        return random.nextInt(4) == 0 || name.equals(source) || drops ? null : name;
    }

    private void delete(String name) {
        namespace.deleteQueue(name);
        runtime.runUntilIdle();
        store.sync(JournalStore.DEFINITIONS, Integer.MAX_VALUE);
        runtime.runUntilIdle();
        define(name, null, null, true);
    }

    private void fail(int partition) {
        if (state(partition) != PartitionHealth.State.SERVING) {
            return;
        }
        if (random.nextBoolean() && store.waiting(partition) > 0) {
            store.failNextSync(partition, Reason.IO, random.nextInt(store.waiting(partition) + 1));
            store.sync(partition, 1);
        } else {
            store.failNextAppend(partition, Reason.IO);
        }
    }

    private PartitionHealth.State state(int partition) {
        return namespace.health().get(partition).state();
    }

    private void reopen() {
        for (int i = 0; i < PARTITIONS; i++) {
            if (state(i) == PartitionHealth.State.FAILED && random.nextBoolean()) {
                namespace.reopen(i);
            }
        }
    }

    /** The process is killed, or the power fails; it starts again on what is left. */
    private void end() {
        runtime.crash();
        store = random.nextBoolean() ? store.kill() : store.crash(random);
        for (int i = 0; i < PARTITIONS; i++) {
            if (random.nextInt(3) == 0) {
                store.compact(i, random.nextLong());
            }
        }
        runtime = runtime.after();
        namespace = open();
    }

    private void syncAll() {
        runtime.runUntilIdle();
        for (int i = 0; i < 100 && isAnyWaiting(); i++) {
            store.sync();
            runtime.runUntilIdle();
        }
    }

    private boolean isAnyWaiting() {
        for (int index = JournalStore.DEFINITIONS; index < PARTITIONS; index++) {
            if (store.waiting(index) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Everything comes back, and goes on until there is nothing to do. */
    private void heal() {
        for (int round = 0; round < 8; round++) {
            syncAll();
            for (int i = 0; i < PARTITIONS; i++) {
                if (state(i) == PartitionHealth.State.FAILED) {
                    namespace.reopen(i);
                }
            }
            syncAll();
            runtime.advance(Duration.ofSeconds(7));
        }
        syncAll();
    }

    private void check() {
        Map<String, String> places = new HashMap<>();
        List<EntityPath> all = new ArrayList<>();
        queues.forEach(name -> all.add(EntityPath.queue(name)));
        all.add(EntityPath.subscription("news", "all"));
        for (EntityPath path : List.copyOf(all)) {
            all.add(path.deadLetterQueue());
        }
        for (EntityPath path : all) {
            CompletableFuture<List<Delivery>> found = namespace.peek(path, 0, 250);
            runtime.runUntilIdle();
            for (Delivery delivery : found.isCompletedExceptionally() && deletes ? List.<Delivery>of() : found.join()) {
                String text = TestBus.textOf(delivery);
                assertThat(places.put(text, path + " " + delivery.state()))
                        .as("the other place of %s, which is in %s", text, path)
                        .isNull();
                assertThat(delivery.lockToken()).isNull();
                assertThat(delivery.state().name()).as(text + " in " + path).isEqualTo("ACTIVE");
                if (delivery.message().property("edited") == null) {
                    assertThat(delivery.message().partitionKey())
                            .isEqualTo(messages.get(text).partitionKey());
                }
            }
        }
        sends.forEach((text, sent) -> {
            boolean acknowledged = sent.isDone() && !sent.isCompletedExceptionally();
            if (acknowledged && !deletes && messages.get(text).durable()) {
                assertThat(places).as("places of what was sent").containsKey(text);
            }
        });
    }
}
