/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A dead letter is edited, and goes back to where it came from. */
@ParameterizedClass(name = "{0}")
@EnumSource
class ResubmitTest extends BulkFixture {

    ResubmitTest(Kind kind) {
        super(kind);
    }

    private static Message mended(Delivery dead) {
        return dead.edit()
                .body(BodyKind.TEXT, "mended".getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private CompletableFuture<Long> resubmitting(EntityPath source, long number, Message edited) {
        return bus.namespace.resubmit(source.deadLetterQueue(), number, edited);
    }

    private long resubmit(Delivery dead, Message edited) {
        return bus.get(bus.namespace.resubmit(dead.entity(), dead.sequenceNumber(), edited));
    }

    private ErrorCode refusalOf(Delivery dead, Message edited) {
        return bus.errorOf(bus.namespace.resubmit(dead.entity(), dead.sequenceNumber(), edited));
    }

    private Delivery deadLetter(EntityPath to, EntityPath from, Message.Builder message) {
        bus.send(to, message);
        bus.settle(bus.take(from), new Settlement.DeadLetter("Bad", null, Map.of("seen", 1)));
        return onlyOne(from.deadLetterQueue());
    }

    private Delivery deadLetter(Message.Builder message) {
        return deadLetter(destination, path, message);
    }

    @Nested
    class TheEdited {
        @Test
        @Tag("L11")
        @Tag("N2")
        @Tag("D6")
        void takesThePlaceOfTheDeadLetter() {
            Delivery dead = deadLetter(keyed("broken").property("n", 1));
            long number = resubmit(dead, mended(dead));
            assertThat(texts(deadLetters())).isEmpty();
            Delivery again = bus.take(path);
            assertThat(TestBus.textOf(again)).isEqualTo("mended");
            assertThat(again.message().properties()).isEqualTo(Map.of("n", 1, "seen", 1));
            assertThat(again.modifiedProperties()).isEmpty();
            assertThat(again.sequenceNumber()).isEqualTo(number).isGreaterThan(dead.sequenceNumber());
            assertThat(again.enqueuedSequenceNumber()).isEqualTo(dead.enqueuedSequenceNumber());
            assertThat(again.deliveryCount()).isZero();
            assertThat(again.deadLetterReason()).isNull();
            assertThat(counters())
                    .isEqualTo(new EntityCounters(0, 1, 0, 0, 0, again.message().sizeBytes(), 0));
        }

        @Test
        @Tag("T2")
        @Tag("T3")
        void livesAnewAndDoesNotWait() {
            if (!kind.isQueue()) {
                bus.get(bus.namespace.updateTopic(TopicDescription.builder("news")
                        .partitioned(kind.isSpread())
                        .defaultTimeToLive(Duration.ofSeconds(20))
                        .build()));
            }
            Delivery dead = deadLetter(keyed("a").timeToLiveMs(10_000));
            bus.advance(Duration.ofMinutes(1));
            resubmit(
                    dead, dead.edit().timeToLiveMs(30_000).deliveryDelayMs(5000).build());
            long lives = onlyOne(path).expiresAtMs() - bus.runtime.clock().wallTimeMs();
            assertThat(lives).isEqualTo(kind.isQueue() ? 30_000 : 20_000);
            assertThat(bus.receive(path)).isNotNull();
        }

        @Test
        void reachesWhoWaitsForIt() {
            Delivery dead = deadLetter(keyed("a"));
            try (Receiver receiver = bus.namespace.openReceiver(path, ReceiverOptions.peekLock())) {
                CompletableFuture<Delivery> waiting = receiver.receive();
                bus.run();
                resubmit(dead, mended(dead));
                assertThat(TestBus.textOf(bus.get(waiting))).isEqualTo("mended");
            }
        }

        @Test
        @Tag("L13")
        void isThereOnceAfterAPowerCut() {
            Delivery dead = deadLetter(keyed("broken"));
            bus.syncs(false);
            CompletableFuture<Long> unheard = resubmitting(path, dead.sequenceNumber(), mended(dead));
            bus.run();
            assertThat(unheard).isNotDone();
            bus = bus.crashed();
            assertThat(onlyOne(deadLetters())).isEqualTo(dead);
            resubmit(dead, mended(dead));
            bus = bus.crashed();
            assertThat(texts(deadLetters())).isEmpty();
            assertThat(texts(path)).containsExactly("mended");
        }

        @Test
        @Tag("U1")
        void isNoDuplicateAndKnownFromNowOn() {
            EntityPath once = EntityPath.queue("once");
            bus.create(queue().name("once").duplicateDetectionWindow(Duration.ofHours(1)));
            Delivery dead = deadLetter(once, once, keyed("a").applicationMessageId("1"));
            resubmit(dead, mended(dead));
            assertThat(bus.takeAll(once)).containsExactly("mended");
            Delivery other = deadLetter(once, once, keyed("b").applicationMessageId("2"));
            resubmit(other, other.edit().applicationMessageId("3").build());
            bus.send(once, keyed("c").applicationMessageId("3"));
            assertThat(bus.takeAll(once)).containsExactly("b");
        }
    }

    @Nested
    class IsRefused {
        @Test
        void whatIsNotThereOrUnderLock() {
            Delivery dead = deadLetter(keyed("a"));
            assertThat(bus.errorOf(resubmitting(path, dead.sequenceNumber() + 1, mended(dead))))
                    .isEqualTo(ErrorCode.MessageNotFound);
            assertThat(bus.errorOf(resubmitting(path, Long.MAX_VALUE, mended(dead))))
                    .isEqualTo(ErrorCode.MessageNotFound);
            bus.take(deadLetters());
            assertThat(refusalOf(dead, mended(dead))).isEqualTo(ErrorCode.MessageNotFound);
            assertThat(bus.errorOf(bus.namespace.resubmit(path, dead.sequenceNumber(), mended(dead))))
                    .isEqualTo(ErrorCode.InvalidOperation);
        }

        @Test
        @Tag("Q1")
        @Tag("Q2")
        void whatIsTooLarge() {
            Delivery dead = deadLetter(keyed("a"));
            Message large = dead.edit().body(BodyKind.BYTES, new byte[300_000]).build();
            assertThat(refusalOf(dead, large)).isEqualTo(ErrorCode.MessageSizeExceeded);
            assertThat(onlyOne(deadLetters())).isEqualTo(dead);
            Message stuffed = dead.edit().property("p", "x".repeat(70_000)).build();
            assertThat(refusalOf(dead, stuffed)).isEqualTo(ErrorCode.MessageSizeExceeded);
            assertThat(onlyOne(deadLetters())).isEqualTo(dead);
        }

        @Test
        @Tag("Q3")
        void whatAFullEntityHasNoRoomFor() {
            EntityPath small = EntityPath.queue("small");
            bus.create(queue().name("small").maxSizeBytes(1 << 20));
            Delivery dead = deadLetter(small, small, keyed("x".repeat(200_000)));
            for (int i = 0; i < 4; i++) {
                bus.send(small, keyed("y".repeat(210_000)));
            }
            Message larger = dead.edit().body(BodyKind.BYTES, new byte[250_000]).build();
            assertThat(refusalOf(dead, larger)).isEqualTo(ErrorCode.QuotaExceeded);
            assertThat(onlyOne(small.deadLetterQueue())).isEqualTo(dead);
            resubmit(dead, mended(dead));
            assertThat(bus.get(bus.namespace.counters(small)).active()).isEqualTo(5);
        }

        @Test
        @Tag("W3")
        void whereNothingMayBeSent() {
            if (!kind.isQueue()) {
                return;
            }
            Delivery dead = deadLetter(keyed("a"));
            bus.get(bus.namespace.updateQueue(
                    queue().status(EntityStatus.SEND_DISABLED).build()));
            assertThat(refusalOf(dead, mended(dead))).isEqualTo(ErrorCode.EntityDisabled);
        }
    }

    @Test
    @Tag("G1")
    @Tag("P5")
    void whatHadNoSessionGetsOne() {
        if (kind.isQueue()) {
            return;
        }
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("news", "sessions")
                .sessionRequired(true)
                .build()));
        EntityPath sessions = EntityPath.subscription("news", "sessions");
        send("a");
        Delivery dead = onlyOne(sessions.deadLetterQueue());
        assertThat(dead.deadLetterReason()).isEqualTo("SessionIdIsNull");
        assertThat(refusalOf(dead, mended(dead))).isEqualTo(ErrorCode.InvalidOperation);
        // The session lies in partition 0, where k is in 1.
        long number =
                resubmit(dead, dead.edit().partitionKey(null).sessionId("k2").build());
        Delivery again = bus.take(sessions);
        assertThat(again.message().sessionId()).isEqualTo("k2");
        assertThat(again.sequenceNumber()).isEqualTo(number);
        assertThat(texts(sessions.deadLetterQueue())).isEmpty();
    }
}
