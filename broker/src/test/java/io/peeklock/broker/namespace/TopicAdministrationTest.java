/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntitySettings;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Topics and subscriptions come, change and go: rules W4 and W5. */
class TopicAdministrationTest extends TopicFixture {

    @Nested
    @Tag("W4")
    class Creating {

        @Test
        void isListedReadAndThereAfterARestart() {
            SubscriptionDescription wanted = SubscriptionDescription.builder("news", "s")
                    .lockDuration(Duration.ofSeconds(7))
                    .maxDeliveryCount(3)
                    .deadLetterOnExpiry(true)
                    .filter(new SubscriptionFilter("a = 'half \uD83D'", "c", "me"))
                    .madeByApplication(true)
                    .build();
            assertThat(bus.get(bus.namespace.createSubscription(wanted))).isEqualTo(wanted);
            TopicDescription other = TopicDescription.builder("other")
                    .partitioned(true)
                    .maxSizeBytes(5L << 30)
                    .build();
            assertThat(bus.get(bus.namespace.createTopic(other))).isEqualTo(other);
            bus = bus.restarted();
            assertThat(bus.get(bus.namespace.topics())).containsExactly(TopicDescription.of("news"), other);
            assertThat(bus.get(bus.namespace.topic("other"))).isEqualTo(other);
            assertThat(bus.get(bus.namespace.subscriptions("news"))).containsExactly(wanted);
            assertThat(bus.get(bus.namespace.subscriptions("other"))).isEmpty();
            assertThat(bus.get(bus.namespace.subscription("news", "s"))).isEqualTo(wanted);
            assertThat(bus.get(bus.namespace.queues())).isEmpty();
        }

        @Test
        void ofASubscriptionNeedsItsTopicAndAFreeName() {
            subscribe("s");
            assertThat(bus.errorOf(bus.namespace.createSubscription(SubscriptionDescription.of("news", "s"))))
                    .isEqualTo(ErrorCode.EntityAlreadyExists);
            assertThat(bus.errorOf(bus.namespace.createSubscription(SubscriptionDescription.of("none", "s"))))
                    .isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(bus.namespace.subscriptions("none"))).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(bus.namespace.subscription("news", "none"))).isEqualTo(ErrorCode.EntityNotFound);
        }

        @Test
        @Tag("P1")
        void ofATopicOutsideThePartitionsIsRefused() {
            TopicDescription outside =
                    TopicDescription.builder("far").homePartition(PARTITIONS).build();
            assertThat(bus.errorOf(bus.namespace.createTopic(outside))).isEqualTo(ErrorCode.InvalidOperation);
        }
    }

    @Nested
    @Tag("W5")
    class Names {

        @Test
        void ofQueuesAndTopicsAreApart() {
            bus.create(QueueDescription.builder("news"));
            EntityPath s = subscribe("s");
            bus.send(EntityPath.queue("news"), TestBus.text("q"));
            publish("t");
            assertThat(bus.takeAll(EntityPath.queue("news"))).containsExactly("q");
            assertThat(bus.takeAll(s)).containsExactly("t");
            assertThat(bus.errorOf(bus.namespace.subscription("News", "s"))).isEqualTo(ErrorCode.EntityNotFound);
        }

        @Test
        void areOneInProfileAzure() {
            close();
            open(TestBus.config(Profile.AZURE));
            assertThat(bus.errorOf(bus.namespace.createQueue(QueueDescription.of("News"))))
                    .isEqualTo(ErrorCode.EntityAlreadyExists);
            assertThat(bus.errorOf(bus.namespace.queue("news"))).isEqualTo(ErrorCode.EntityNotFound);
            EntityPath s = subscribe(SubscriptionDescription.builder("NEWS", "Mine"));
            assertThat(s).isEqualTo(EntityPath.subscription("news", "Mine"));
            bus.send(EntityPath.topic("nEWS"), TestBus.text("m"));
            assertThat(bus.takeAll(EntityPath.subscription("News", "mINE"))).containsExactly("m");
        }

        @Test
        void areCreatedOnFirstUseForQueuesAndTopicsAlone() {
            EntityPath topic = EntityPath.topic("fresh");
            assertThat(bus.errorOf(bus.namespace.resolve(topic, false))).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.get(bus.namespace.resolve(topic, true)).partitioned())
                    .isFalse();
            assertThat(bus.get(bus.namespace.topic("fresh"))).isEqualTo(TopicDescription.of("fresh"));
            assertThat(bus.errorOf(bus.namespace.resolve(EntityPath.subscription("fresh", "s"), true)))
                    .isEqualTo(ErrorCode.EntityNotFound);
            close();
            open(new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, true, 1 << 20, 1 << 20));
            assertThat(bus.get(bus.namespace.resolve(topic, true)).partitioned())
                    .isTrue();
        }

        @Test
        @Tag("T3")
        void ofSubscriptionsAreResolvedWithWhatTheirTopicSays() {
            topic(TopicDescription.builder("other")
                    .homePartition(2)
                    .maxMessageBytes(2048)
                    .defaultTimeToLive(Duration.ofHours(1)));
            EntityPath s =
                    subscribe(SubscriptionDescription.builder("other", "s").lockDuration(Duration.ofSeconds(9)));
            EntitySettings settings = bus.get(bus.namespace.resolve(s, false));
            assertThat(settings.homePartition()).isEqualTo(2);
            assertThat(settings.maxMessageBytes()).isEqualTo(2048);
            assertThat(settings.defaultTimeToLive()).isEqualTo(Duration.ofHours(1));
            assertThat(settings.lockDuration()).isEqualTo(Duration.ofSeconds(9));
        }
    }

    @Nested
    @Tag("W4")
    class Deleting {

        @Test
        void aTopicTakesItsSubscriptionsAndTheirMessagesWithIt() {
            EntityPath a = subscribe("a");
            EntityPath b = subscribe("b");
            publish("m");
            Delivery held = bus.take(a);
            Receiver receiver = bus.namespace.openReceiver(a, ReceiverOptions.peekLock());
            CompletableFuture<Delivery> waiting = receiver.receive();
            bus.get(bus.namespace.deleteTopic("news"));
            assertThat(bus.errorOf(waiting)).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(bus.namespace.settle(held.requireLockToken(), Settlement.COMPLETE)))
                    .isEqualTo(ErrorCode.MessageLockLost);
            assertThat(bus.errorOf(bus.namespace.send(NEWS, TestBus.text("m").build())))
                    .isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.errorOf(bus.namespace.resolve(b, true))).isEqualTo(ErrorCode.EntityNotFound);
            topic(TopicDescription.builder("news"));
            assertThat(bus.get(bus.namespace.subscriptions("news"))).isEmpty();
            assertThat(bus.receive(subscribe("a"))).isNull();
            bus = bus.restarted();
            assertThat(bus.namespace.health())
                    .allMatch(health -> health.findings().isEmpty());
            assertThat(textsOf(a)).isEmpty();
        }

        @Test
        void aSubscriptionLeavesTheOthers() {
            subscribe("a");
            EntityPath b = subscribe("b");
            publish("one");
            bus.get(bus.namespace.deleteSubscription("news", "a"));
            publish("two");
            assertThat(bus.takeAll(b)).containsExactly("one", "two");
            assertThat(bus.receive(subscribe("a"))).isNull();
            assertThat(bus.errorOf(bus.namespace.deleteSubscription("news", "none")))
                    .isEqualTo(ErrorCode.EntityNotFound);
        }

        /** The definitions say that it is gone before its messages are: what is left must not be a riddle. */
        @Test
        void aTopicLeavesNothingBehindAfterAKill() {
            EntityPath a = subscribe("a");
            for (int i = 0; i < 1200; i++) {
                bus.namespace.send(NEWS, TestBus.text("m").build());
            }
            bus.run();
            bus.syncs(false);
            bus.namespace.deleteTopic("news");
            bus.run();
            bus.store().sync(-1, 1);
            bus.runtime.runUntilIdle();
            assertThat(bus.store().waiting(0)).isGreaterThan(1);
            bus.store().sync(0, 1);
            bus.runtime.runUntilIdle();
            bus = bus.crashed();
            assertThat(bus.namespace.health())
                    .allMatch(health -> health.findings().isEmpty());
            assertThat(bus.get(bus.namespace.topics())).isEmpty();
            bus = bus.restarted();
            assertThat(bus.namespace.health())
                    .allMatch(health -> health.findings().isEmpty());
            topic(TopicDescription.builder("news"));
            assertThat(bus.receive(subscribe("a"))).isNull();
        }

        @Test
        void whileAPartitionIsOutIsCaughtUpBeforeItServes() {
            topic(TopicDescription.builder("far").homePartition(2));
            EntityPath far = EntityPath.topic("far");
            EntityPath kept = subscribe(SubscriptionDescription.builder("far", "kept"));
            EntityPath gone = subscribe(SubscriptionDescription.builder("far", "gone"));
            bus.send(far, TestBus.text("before"));
            bus.store().failNextAppend(2, Reason.IO);
            assertThat(bus.errorOf(bus.namespace.send(far, TestBus.text("lost").build())))
                    .isEqualTo(ErrorCode.OutcomeUnknown);
            bus.get(bus.namespace.deleteSubscription("far", "gone"));
            EntityPath fresh = subscribe(SubscriptionDescription.builder("far", "fresh"));
            bus.get(bus.namespace.reopen(2));
            bus.send(far, TestBus.text("after"));
            assertThat(bus.takeAll(kept)).containsExactly("before", "after");
            assertThat(bus.takeAll(fresh)).containsExactly("after");
            assertThat(bus.errorOf(bus.namespace.resolve(gone, false))).isEqualTo(ErrorCode.EntityNotFound);
            assertThat(bus.namespace.health())
                    .allMatch(health -> health.findings().isEmpty());
        }
    }

    @Nested
    @Tag("W4")
    class Updating {

        @Test
        void aTopicHoldsForWhatIsSentFromThenOn() {
            EntityPath s = subscribe("s");
            publish("before");
            TopicDescription brief = TopicDescription.builder("news")
                    .defaultTimeToLive(Duration.ofSeconds(5))
                    .maxMessageBytes(1024)
                    .build();
            assertThat(bus.get(bus.namespace.updateTopic(brief))).isEqualTo(brief);
            publish("after");
            bus.advance(Duration.ofSeconds(6));
            assertThat(bus.takeAll(s)).containsExactly("before");
            bus = bus.restarted();
            assertThat(bus.get(bus.namespace.topic("news"))).isEqualTo(brief);
        }

        @Test
        @Tag("P1")
        void whatIsFixedIsRefused() {
            assertThat(bus.errorOf(bus.namespace.updateTopic(
                            TopicDescription.builder("news").partitioned(true).build())))
                    .isEqualTo(ErrorCode.InvalidOperation);
            assertThat(bus.errorOf(bus.namespace.updateTopic(TopicDescription.of("none"))))
                    .isEqualTo(ErrorCode.EntityNotFound);
        }

        @Test
        void aSubscriptionWithMessagesKeepsThem() {
            EntityPath s = subscribe("s");
            publish("m");
            bus.get(bus.namespace.updateSubscription(SubscriptionDescription.builder("news", "s")
                    .maxDeliveryCount(1)
                    .build()));
            bus.settle(bus.take(s), Settlement.ABANDON);
            assertThat(bus.takeAll(s.deadLetterQueue())).containsExactly("m");
        }
    }
}
