/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Time to live on queues and subscriptions, spread or not, and after a process has ended: rules T1 to T9. */
class TimesEverywhereTest extends EveryKindFixture {
    private static final Duration BRIEF = Duration.ofSeconds(5);
    private static final String EXPIRED = "TTLExpiredException";

    private void sendBrief(String text) {
        bus.send(to, message(text).timeToLiveMs(BRIEF.toMillis()));
    }

    private List<String> dead() {
        assertThat(shown(from.deadLetterQueue()))
                .extracting(Delivery::deadLetterReason)
                .allMatch(EXPIRED::equals);
        return texts(from.deadLetterQueue());
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("T1")
    @Tag("T2")
    void theMessagesOwnCountsUnlessTheEntitysIsSmaller(Kind kind, End end) {
        create(kind);
        long sent = now();
        sendBrief("own");
        send("none");
        bus.send(to, message("longer").timeToLiveMs(Duration.ofDays(1).toMillis()));
        bus.advance(Duration.ofSeconds(1));
        end(end);
        long limit = sent + TIME_TO_LIVE.toMillis();
        assertThat(shown(from))
                .extracting(Delivery::expiresAtMs)
                .containsExactly(sent + BRIEF.toMillis(), limit, limit);
    }

    @ParameterizedTest
    @MethodSource("topics")
    @Tag("T3")
    void theSmallerOfTopicAndSubscriptionWins(Kind kind, End end) {
        create(kind);
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("news", "brief")
                .defaultTimeToLive(BRIEF)
                .build()));
        bus.get(bus.namespace.updateTopic(TopicDescription.builder("news")
                .partitioned(kind.isSpread())
                .defaultTimeToLive(Duration.ofMinutes(1))
                .build()));
        end(end);
        long sent = now();
        send("a");
        end(end);
        assertThat(shown(from).get(0).expiresAtMs()).isEqualTo(sent + 60_000);
        EntityPath brief = EntityPath.subscription("news", "brief");
        assertThat(shown(brief).get(0).expiresAtMs()).isEqualTo(sent + BRIEF.toMillis());
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("T4")
    void aLockedMessageCanBeCompletedAndOtherwiseExpiresAtOnce(Kind kind, End end) {
        create(kind);
        sendBrief("completed");
        sendBrief("abandoned");
        sendBrief("lock lost");
        sendBrief("process lost");
        Delivery completed = bus.take(from);
        Delivery abandoned = bus.take(from);
        bus.take(from);
        bus.advance(LOCK.minusSeconds(1));
        bus.settle(completed, Settlement.COMPLETE);
        assertThat(dead()).containsExactly("process lost");
        bus.settle(abandoned, Settlement.ABANDON);
        assertThat(dead()).containsExactly("abandoned", "process lost");
        end(end);
        assertThat(bus.receive(from)).isNull();
        assertThat(dead()).containsExactly("abandoned", "lock lost", "process lost");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("T5")
    @Tag("T6")
    void whatExpiresWhileNobodyIsThereIsNotHandedOut(Kind kind, End end) {
        create(kind);
        sendBrief("a");
        send("b");
        bus.runtime.advanceWithoutTimers(BRIEF);
        end(end);
        assertThat(bus.takeAll(from)).containsExactly("b");
        assertThat(dead()).containsExactly("a");
        end(end);
        assertThat(dead()).containsExactly("a");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("T5")
    void whatExpiresIsDroppedUnlessTheEntitySaysOtherwise(Kind kind, End end) {
        create(kind);
        dropExpired(kind);
        sendBrief("dropped");
        sendBrief("dropped under its lock");
        bus.take(from);
        send("left");
        end(end);
        bus.advance(LOCK);
        end(end);
        assertThat(texts(from)).containsExactly("left");
        assertThat(dead()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("T7")
    void nothingExpiresInADeadLetterQueue(Kind kind, End end) {
        create(kind);
        sendBrief("a");
        bus.advance(BRIEF.plusMillis(10));
        bus.advance(Duration.ofDays(2));
        end(end);
        bus.advance(Duration.ofDays(2));
        Delivery held = bus.take(from.deadLetterQueue());
        bus.settle(held, Settlement.ABANDON);
        assertThat(dead()).containsExactly("a");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("T8")
    void thatOfAScheduledMessageBeginsAtItsTime(Kind kind, End end) {
        create(kind);
        long due = now() + 60_000;
        bus.get(bus.namespace.schedule(
                to, message("a").timeToLiveMs(BRIEF.toMillis()).build(), Instant.ofEpochMilli(due)));
        end(end);
        bus.advance(Duration.ofSeconds(60));
        assertThat(shown(from)).extracting(Delivery::expiresAtMs).containsExactly(due + BRIEF.toMillis());
        bus.advance(BRIEF);
        assertThat(bus.receive(from)).isNull();
        assertThat(dead()).containsExactly("a");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @Tag("T9")
    void isJudgedPerMessageInASession(Kind kind, End end) {
        create(kind, true);
        bus.send(to, TestBus.text("first").sessionId("s").timeToLiveMs(BRIEF.toMillis()));
        bus.send(to, TestBus.text("second").sessionId("s"));
        bus.send(to, TestBus.text("third").sessionId("s").timeToLiveMs(BRIEF.toMillis()));
        bus.send(to, TestBus.text("fourth").sessionId("s"));
        bus.send(to, TestBus.text("fifth").sessionId("s").timeToLiveMs(LOCK.toMillis()));
        end(end);
        // Whoever takes a session, and who holds one, meets what nobody has swept yet.
        bus.runtime.advanceWithoutTimers(BRIEF);
        SessionReceiver holder = bus.get(bus.namespace.acceptSession(from, null, SessionOptions.peekLock()));
        Delivery second = bus.get(holder.receive());
        assertThat(TestBus.textOf(second)).isEqualTo("second");
        bus.settle(second, Settlement.COMPLETE);
        assertThat(TestBus.textOf(bus.get(holder.receive()))).isEqualTo("fourth");
        assertThat(dead()).containsExactly("first", "third");
        bus.get(holder.renewSessionLock());
        bus.runtime.advanceWithoutTimers(LOCK.minusSeconds(1));
        CompletableFuture<Delivery> none = holder.receive();
        bus.run();
        assertThat(none).isNotDone();
        assertThat(dead()).containsExactly("first", "third", "fifth");
        holder.close();
    }
}
