/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.message.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A message that is scheduled to a topic lies there until its time, and goes to the subscriptions that match then. */
class ScheduledPublishTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final EntityPath NEWS = EntityPath.topic("news");

    TestBus bus;

    @BeforeEach
    void open() {
        open(TestBus.config(Profile.JMS));
    }

    private void open(NamespaceConfig config) {
        bus = TestBus.simulated(4, config);
        bus.get(bus.namespace.createTopic(topic().build()));
        subscribe("early", SubscriptionFilter.of(null));
    }

    TopicDescription.Builder topic() {
        return TopicDescription.builder("news");
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private void subscribe(String name, SubscriptionFilter filter) {
        bus.get(bus.namespace.createSubscription(
                SubscriptionDescription.builder("news", name).filter(filter).build()));
    }

    private static EntityPath path(String name) {
        return EntityPath.subscription("news", name);
    }

    private long schedule(Message.Builder message) {
        Instant then = Instant.ofEpochMilli(bus.runtime.clock().wallTimeMs()).plus(HOUR);
        return bus.get(bus.namespace.schedule(NEWS, message.build(), then));
    }

    private List<String> takeAll(String name) {
        return bus.takeAll(path(name));
    }

    @Nested
    class UntilItsTime {

        @Test
        @Tag("N3")
        @Tag("D6")
        void itLiesInTheTopic() {
            schedule(TestBus.text("a"));
            assertThat(bus.get(bus.namespace.counters(NEWS)).scheduled()).isEqualTo(1);
            assertThat(bus.get(bus.namespace.counters(path("early"))).scheduled())
                    .isZero();
            bus.advance(HOUR);
            assertThat(bus.get(bus.namespace.counters(NEWS)).sizeBytes()).isZero();
            assertThat(takeAll("early")).containsExactly("a");
        }

        @Test
        @Tag("N3")
        void itCanBeCancelled() {
            long number = schedule(TestBus.text("a"));
            bus = bus.killed();
            bus.get(bus.namespace.cancelScheduled(NEWS, List.of(number)));
            bus.advance(HOUR);
            assertThat(takeAll("early")).isEmpty();
        }

        @Test
        void itGoesWithItsTopic() {
            schedule(TestBus.text("a"));
            bus.get(bus.namespace.deleteTopic("news"));
            bus.get(bus.namespace.createTopic(topic().build()));
            subscribe("early", SubscriptionFilter.of(null));
            bus = bus.killed();
            bus.advance(HOUR);
            assertThat(takeAll("early")).isEmpty();
        }
    }

    @Nested
    class AtItsTime {

        @Test
        @Tag("N2")
        @Tag("R1")
        void itGoesToTheSubscriptionsThatMatchThen() {
            long number = schedule(TestBus.text("a").property("size", 1));
            bus.get(bus.namespace.deleteSubscription("news", "early"));
            subscribe("small", SubscriptionFilter.of("size = 1"));
            subscribe("large", SubscriptionFilter.of("size = 2"));
            bus.advance(HOUR);
            Delivery delivery = bus.take(path("small"));
            assertThat(TestBus.textOf(delivery)).isEqualTo("a");
            assertThat(delivery.enqueuedSequenceNumber()).isEqualTo(number);
            assertThat(delivery.modifiedProperties()).isEmpty();
            assertThat(takeAll("large")).isEmpty();
            assertThat(bus.get(bus.namespace.counters(NEWS)).scheduled()).isZero();
        }

        @Test
        @Tag("N4")
        void allCopiesComeOnceThroughKillsBeforeAndAfter() {
            subscribe("other", SubscriptionFilter.of(null));
            schedule(TestBus.text("a"));
            bus = bus.killed();
            bus.advance(HOUR);
            bus = bus.killed();
            assertThat(takeAll("early")).containsExactly("a");
            assertThat(takeAll("other")).containsExactly("a");
            assertThat(bus.get(bus.namespace.counters(path("early"))).active()).isZero();
            assertThat(bus.get(bus.namespace.counters(NEWS)).scheduled()).isZero();
        }

        @Test
        @Tag("N4")
        void aPowerCutBeforeItsCopiesAreOnDiskLeavesItInTheTopic() {
            schedule(TestBus.text("a"));
            bus.syncs(false);
            bus.advance(HOUR);
            assertThat(bus.receive(path("early"))).isNull();
            bus = bus.crashed();
            assertThat(takeAll("early")).containsExactly("a");
        }

        @Test
        @Tag("T3")
        @Tag("T8")
        void itsTimeToLiveBegins() {
            schedule(TestBus.text("a").timeToLiveMs(1000).creationTimeMs(5));
            bus.advance(HOUR.plusMillis(999));
            assertThat(takeAll("early")).containsExactly("a");
            schedule(TestBus.text("b").timeToLiveMs(1000));
            bus.advance(HOUR.plusMillis(1000));
            assertThat(takeAll("early")).isEmpty();
        }

        @Test
        @Tag("R4")
        void noLocalStillKnowsWhoHasSentIt() {
            subscribe("others", new SubscriptionFilter(null, null, "me"));
            schedule(TestBus.text("mine").origin(new Origin("c1", "me")));
            schedule(TestBus.text("theirs").origin(new Origin("c2", "you")));
            bus = bus.killed();
            bus.advance(HOUR);
            assertThat(takeAll("others")).containsExactly("theirs");
            assertThat(takeAll("early")).containsExactly("mine", "theirs");
        }

        @Test
        void itIsReadFromTheSwap() {
            bus.close();
            open(new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, 100, 256L << 20));
            subscribe("others", new SubscriptionFilter(null, "c1", null));
            for (int i = 0; i < 5; i++) {
                schedule(TestBus.text("m" + i + "x".repeat(500)).origin(new Origin("c" + i % 2, null)));
            }
            bus.advance(HOUR);
            assertThat(takeAll("early")).hasSize(5);
            assertThat(takeAll("others")).hasSize(3);
        }

        @Test
        @Tag("N5")
        void aTransactionSchedulesToo() {
            Instant then =
                    Instant.ofEpochMilli(bus.runtime.clock().wallTimeMs()).plus(HOUR);
            long number = bus.get(bus.namespace.reserveNumber(NEWS, 0));
            bus.get(bus.namespace.commit(new PartitionCommit(
                    0, List.of(OutgoingMessage.scheduled(NEWS, TestBus.text("a").build(), then, number)), List.of())));
            bus.advance(HOUR);
            assertThat(bus.take(path("early")).enqueuedSequenceNumber()).isEqualTo(number);
        }
    }

    @Nested
    class SentWithADelay {

        @Test
        @Tag("N4")
        void itLiesInTheTopicUnderProfileAzure() {
            bus.close();
            bus = TestBus.simulated(4, TestBus.config(Profile.AZURE));
            bus.get(bus.namespace.createTopic(topic().maxSizeBytes(1L << 30).build()));
            bus.send(NEWS, TestBus.text("a").deliveryDelayMs(1000));
            subscribe("late", SubscriptionFilter.of(null));
            bus.advance(Duration.ofSeconds(1));
            assertThat(takeAll("late")).containsExactly("a");
        }

        @Test
        @Tag("N4")
        void itIsWithItsSubscriptionsAtOnceUnderProfileJms() {
            bus.send(NEWS, TestBus.text("a").deliveryDelayMs(1000));
            subscribe("late", SubscriptionFilter.of(null));
            bus.advance(Duration.ofSeconds(1));
            assertThat(takeAll("late")).isEmpty();
            assertThat(takeAll("early")).containsExactly("a");
        }
    }
}
