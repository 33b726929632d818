/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What partition 1 brings to partition 0, and what of it is still known here. */
@Tag("W1")
class ArrivingTest extends OnePartition {
    private static final UUID TRANSFER = new UUID(4, 2);

    private final Exchange exchange = new Exchange(2);
    /** What partition 1 was asked. */
    private final List<Command> asked = new ArrayList<>();

    @Override
    Partition opening() {
        exchange.joins(1, asked::add);
        PartitionSettings settings = new PartitionSettings(
                journals, runtime, Profile.JMS, new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE), exchange, false);
        Partition opening = new Partition(0, settings, Duration.ofSeconds(60));
        opening.start(List.of(entity(1, LOCK)), List.of(), ENTITY);
        return opening;
    }

    private void status(int version, EntityStatus status) {
        QueueDescription queue = QueueDescription.builder("q").status(status).build();
        partition.define(new Partition.Entity(new EntityDefinition(ENTITY, version, queue), flags));
    }

    private CompletableFuture<@Nullable List<Refused>> offer() {
        return offer(new Departure(message(1), new Journey(5, 1, Long.MAX_VALUE, 0), Departure.Way.FORWARD, 0));
    }

    private CompletableFuture<@Nullable List<Refused>> offer(@Nullable Departure departure) {
        CompletableFuture<@Nullable List<Refused>> reply = new CompletableFuture<>();
        exchange.submit(
                0,
                new Command.Arrive(TRANSFER, 1, ENTITY, true, List.of(new Command.Arrive.Item(5, departure)), reply));
        return reply;
    }

    private long active() {
        CompletableFuture<EntityCounters> counters = partition.count(ENTITY);
        run();
        return counters.join().active();
    }

    @Nested
    class AnOfferThatIsRepeated {

        /** The source was out and back while the first one waited here: it gets both answers. */
        @Test
        void isAnsweredAsBeforeAlsoIfNothingWasTaken() {
            status(2, EntityStatus.SEND_DISABLED);
            CompletableFuture<@Nullable List<Refused>> first = offer();
            status(3, EntityStatus.ACTIVE);
            CompletableFuture<@Nullable List<Refused>> second = offer();
            run();
            assertThat(first.join()).hasSize(1);
            assertThat(second.join()).isEqualTo(first.join());
            assertThat(active()).isZero();
        }

        @Test
        void isNewWhenTheFirstHasEnded() {
            status(2, EntityStatus.SEND_DISABLED);
            offer();
            status(3, EntityStatus.ACTIVE);
            exchange.submit(0, new Command.ForgetArrivals(List.of(TRANSFER)));
            CompletableFuture<@Nullable List<Refused>> second = offer();
            run();
            assertThat(second.join()).isEmpty();
            assertThat(active()).isEqualTo(1);
        }
    }

    /** The source has forgotten what was edited, and asks only whether it has come. */
    @Nested
    class AnOfferWithoutAMessage {

        @Test
        void isAnsweredAsTheFirstIfThatHasCome() {
            offer();
            CompletableFuture<@Nullable List<Refused>> second = offer(null);
            run();
            assertThat(second.join()).isEmpty();
            assertThat(active()).isEqualTo(1);
        }

        @Test
        void isRefusedIfNothingHasComeAndThenNothingComes() {
            CompletableFuture<@Nullable List<Refused>> first = offer(null);
            CompletableFuture<@Nullable List<Refused>> late = offer();
            run();
            assertThat(first.join()).containsExactly(new Refused(5, Refusal.NOT_COME));
            assertThat(late.join()).isEqualTo(first.join());
            assertThat(active()).isZero();
        }
    }

    @Nested
    class ASourceThatWasOut {

        @Test
        void isAskedWhichTransfersItHasEndedWithoutTellingOfIt() {
            offer();
            run();
            exchange.submit(0, new Command.SourceIsBack(1));
            run();
            assertThat(asked.get(asked.size() - 1))
                    .isInstanceOfSatisfying(
                            Command.AskForTransfers.class,
                            ask -> assertThat(ask.ids()).containsExactly(TRANSFER));
        }
    }
}
