/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.runtime.Seeds;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.memory.SimulatedJournalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Subscriptions come and go while messages are published, through failures, kills and power cuts: each has what was
 * published while it was there, and nothing from before or of another of its name.
 */
class SubscriptionChangesSimulationTest {
    private static final int STEPS = 250;
    private static final EntityPath NEWS = EntityPath.topic("news");
    private static final String LASTING = "lasting";
    private static final List<String> NAMES = List.of("a", "b", "c");

    /** A message that was published. Used by one thread. */
    private static final class Published {
        private final String text;
        /** Said to be stored, and durable. */
        private boolean certain;

        Published(String text) {
            this.text = text;
        }
    }

    /** What one subscription, from its creation to its deletion, must and may have. Used by one thread. */
    private static final class Life {
        /** The first message that was sent after it was asked for, and the first after it was there for certain. */
        private final int mayHaveFrom;

        private int mustHaveFrom = Integer.MAX_VALUE;
        /** The first message that was sent after its deletion was asked for. */
        private int mustHaveUntil = Integer.MAX_VALUE;

        Life(int mayHaveFrom) {
            this.mayHaveFrom = mayHaveFrom;
        }
    }

    private static final class Simulation {
        private final Random random;
        private final List<Published> published = new ArrayList<>();
        private final Map<String, Life> lives = new TreeMap<>();
        private final List<CompletableFuture<?>> changes = new ArrayList<>();
        private TestBus bus;

        Simulation(long seed) {
            random = new Random(seed);
            bus = new TestBus(new SimulatedJournalStore(2), TestBus.config(Profile.JMS), seed);
            bus.get(bus.namespace.createTopic(TopicDescription.of(NEWS.name())));
            create(LASTING);
            bus.run();
            bus.syncs(false);
        }

        void step() {
            bus.runtime.callFromApplication(random.nextBoolean());
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6, 7 -> publish();
                case 8, 9, 10 -> change(NAMES.get(random.nextInt(NAMES.size())));
                case 11, 12, 13, 14 -> bus.store().sync(random.nextBoolean() ? 0 : JournalStore.DEFINITIONS, 1);
                case 15 -> setRoom();
                case 16 -> fail();
                case 17, 18 -> check();
                default -> restart();
            }
            if (random.nextBoolean()) {
                bus.runtime.runUntilIdle();
            }
        }

        private void publish() {
            Published message = new Published("m" + published.size());
            published.add(message);
            boolean large = random.nextInt(10) == 0;
            bus.namespace
                    .send(
                            NEWS,
                            TestBus.text(message.text + (large ? " ".repeat(150_000) : ""))
                                    .build())
                    .thenAccept(number -> message.certain = true);
        }

        private void change(String name) {
            if (changes.stream().allMatch(CompletableFuture::isDone)) {
                if (lives.containsKey(name)) {
                    delete(name);
                } else {
                    create(name);
                }
            }
        }

        private void create(String name) {
            Life life = new Life(published.size());
            lives.put(name, life);
            changes.add(bus.namespace
                    .createSubscription(
                            SubscriptionDescription.builder(NEWS.name(), name).build())
                    .thenAccept(done -> life.mustHaveFrom = published.size()));
        }

        private void delete(String name) {
            Life life = lives.get(name);
            life.mustHaveUntil = published.size();
            changes.add(bus.namespace.deleteSubscription(NEWS.name(), name).thenRun(() -> lives.remove(name, life)));
        }

        private boolean isServing() {
            return bus.namespace.health().get(0).state() == State.SERVING;
        }

        private void setRoom() {
            if (isServing()) {
                bus.store().setRoom(0, random.nextBoolean());
            }
        }

        private void fail() {
            if (isServing()) {
                if (random.nextBoolean()) {
                    bus.store().failNextAppend(0, Reason.IO);
                    publish();
                } else {
                    bus.store().failNextSync(0, Reason.IO, random.nextInt(4));
                    bus.store().sync(0, Integer.MAX_VALUE);
                }
            }
            bus.runtime.runUntilIdle();
            bus.namespace.reopen(0);
        }

        private void restart() {
            int how = random.nextInt(3);
            if (how == 0) {
                bus = bus.restarted();
            } else {
                bus.runtime.crash();
                SimulatedJournalStore left =
                        how == 1 ? bus.store().kill() : bus.store().crash(random);
                if (random.nextBoolean()) {
                    left.compact(0, random.nextLong());
                }
                bus = new TestBus(left, bus.namespace.config(), bus.runtime.after());
            }
            bus.syncs(false);
            changes.clear();
            lives.keySet().removeIf(name -> !exists(name));
            for (Life life : lives.values()) {
                // A deletion that was asked for, and did not happen, is forgotten; a creation that did happen counts.
                life.mustHaveFrom = Math.min(life.mustHaveFrom, published.size());
                if (life.mustHaveUntil != Integer.MAX_VALUE) {
                    life.mustHaveFrom = published.size();
                    life.mustHaveUntil = Integer.MAX_VALUE;
                }
            }
            assertThat(lives).containsKey(LASTING);
            check();
        }

        private boolean exists(String name) {
            return bus.get(bus.namespace.subscriptions(NEWS.name())).stream()
                    .anyMatch(one -> one.name().equals(name));
        }

        /** Looks at everything, when everything is done. */
        void check() {
            bus.syncs(true);
            bus.run();
            bus.get(bus.namespace.reopen(0));
            bus.run();
            bus.syncs(false);
            assertThat(changes).allMatch(CompletableFuture::isDone);
            assertThat(bus.namespace.health())
                    .allSatisfy(health -> assertThat(health.findings()).isEmpty());
            lives.forEach(this::check);
        }

        private void check(String name, Life life) {
            List<String> found = textsOf(EntityPath.subscription(NEWS.name(), name));
            int last = -1;
            for (String text : found) {
                int number = Integer.parseInt(text.substring(1));
                assertThat(number)
                        .as("%s in %s, which has %s", text, name, found)
                        .isGreaterThan(last);
                assertThat(number).as("first of %s", name).isGreaterThanOrEqualTo(life.mayHaveFrom);
                last = number;
            }
            for (int i = life.mustHaveFrom; i < Math.min(life.mustHaveUntil, published.size()); i++) {
                if (published.get(i).certain) {
                    assertThat(found).as("what %s has", name).contains(published.get(i).text);
                }
            }
        }

        private List<String> textsOf(EntityPath path) {
            List<String> texts = new ArrayList<>();
            List<Delivery> page;
            long from = 0;
            do {
                page = bus.get(bus.namespace.peek(path, from, 250));
                for (Delivery delivery : page) {
                    texts.add(TestBus.textOf(delivery).strip());
                    from = delivery.sequenceNumber() + 1;
                }
            } while (!page.isEmpty());
            return texts;
        }
    }

    @Test
    @Tag("R1")
    @Tag("W4")
    void eachHasWhatWasPublishedDuringItsLife() {
        Seeds.run(30, seed -> {
            Simulation simulation = new Simulation(seed);
            for (int step = 0; step < STEPS; step++) {
                simulation.step();
            }
            simulation.check();
            simulation.bus.close();
        });
    }
}
