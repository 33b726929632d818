/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What transfers to other partitions, and from them, take of the memory for the index. */
@Tag("Q3")
@Tag("W1")
class TransferIndexTest extends OnePartition {
    private static final int MESSAGES = 10;
    private static final long MESSAGE_BYTES = (long) MESSAGES * MemoryBudget.INDEX_BYTES_PER_MESSAGE;
    private static final long LIMIT = 100_000;

    private final Exchange exchange = new Exchange(2);
    private final List<Command> asked = new ArrayList<>();
    private MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);

    @Override
    Partition opening() {
        EntityDefinition far = new EntityDefinition(
                9, 1, QueueDescription.builder("far").homePartition(1).build());
        exchange.joins(1, asked::add);
        exchange.directory(name -> far);
        budget = new MemoryBudget(Long.MAX_VALUE, LIMIT);
        PartitionSettings settings = new PartitionSettings(journals, runtime, Profile.JMS, budget, exchange, false);
        Partition opening = new Partition(0, settings, Duration.ofSeconds(60));
        opening.start(List.of(defined(1, "far", EntityStatus.ACTIVE)), List.of(), ENTITY);
        return opening;
    }

    private Partition.Entity defined(int version, @Nullable String forwardTo, EntityStatus status) {
        QueueDescription queue = QueueDescription.builder("q")
                .forwardTo(forwardTo)
                .status(status)
                .build();
        return new Partition.Entity(new EntityDefinition(ENTITY, version, queue), flags);
    }

    private void define(@Nullable String forwardTo) {
        partition.define(defined(forwardTo == null ? 2 : 3, forwardTo, EntityStatus.ACTIVE));
        run();
    }

    private void send() {
        for (int i = 0; i < MESSAGES; i++) {
            partition.send(ENTITY, message(1));
        }
        run();
    }

    private List<Command.Arrive> offers() {
        List<Command.Arrive> offers = asked.stream()
                .filter(Command.Arrive.class::isInstance)
                .map(Command.Arrive.class::cast)
                .toList();
        asked.clear();
        return offers;
    }

    private void takeAll() {
        for (List<Command.Arrive> now = offers(); !now.isEmpty(); now = offers()) {
            now.forEach(offer -> offer.reply().complete(List.of()));
            run();
        }
    }

    @Test
    void isCountedWhileTheyAreUnderWay() {
        send();
        long before = budget.indexBytes();
        assertThat(before).isGreaterThanOrEqualTo(MESSAGE_BYTES + Transfer.indexBytes(MESSAGES));
        again(budget);
        assertThat(budget.indexBytes()).isEqualTo(before);
        takeAll();
        assertThat(budget.indexBytes()).isZero();
    }

    @Test
    void endsWithTheirSource() {
        send();
        partition.drop(ENTITY);
        run();
        assertThat(budget.indexBytes()).isZero();
    }

    @Test
    void thatIsNotThereLetsThemWaitWhereTheyAre() {
        budget.addIndex(LIMIT - MESSAGE_BYTES);
        define(null);
        send();
        // What others have taken beyond the limit that is for transfers.
        long reserve = MemoryBudget.LEAST_RESERVE_BYTES / 2;
        budget.addIndex(reserve);
        define("far");
        assertThat(offers()).isEmpty();
        assertThat(budget.indexBytes()).isEqualTo(LIMIT + reserve);
        budget.addIndex(MESSAGE_BYTES - LIMIT - reserve);
        runtime.advance(Duration.ofNanos(Forwarding.PAUSE_NANOS));
        run();
        takeAll();
        assertThat(budget.indexBytes()).isZero();
    }

    @Test
    void isTakenByWhatCameUntilItsSourceHasEndedIt() {
        partition.define(defined(2, null, EntityStatus.SEND_DISABLED));
        UUID transfer = new UUID(4, 2);
        CompletableFuture<@Nullable List<Refused>> reply = new CompletableFuture<>();
        Departure departure = new Departure(message(1), new Journey(5, 1, Long.MAX_VALUE, 0), Departure.Way.FORWARD, 0);
        exchange.submit(
                0,
                new Command.Arrive(transfer, 1, ENTITY, true, List.of(new Command.Arrive.Item(5, departure)), reply));
        run();
        assertThat(reply.join()).hasSize(1);
        long before = budget.indexBytes();
        assertThat(before).isEqualTo(new Arrival(transfer, 1, reply.join(), 1).indexBytes());
        again(budget);
        assertThat(budget.indexBytes()).isEqualTo(before);
        exchange.submit(0, new Command.ForgetArrivals(List.of(transfer)));
        run();
        assertThat(budget.indexBytes()).isZero();
    }
}
