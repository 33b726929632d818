/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What partition 0 brings to a queue in partition 1, which says nothing. */
@Tag("W1")
class TransferringTest extends OnePartition {
    private static final long FAR = 9;

    private final Exchange exchange = new Exchange(2);
    /** What partition 1 was asked. */
    private final List<Command> asked = new ArrayList<>();

    private final List<Long> used = new ArrayList<>();

    @Override
    Partition opening() {
        EntityDefinition far = new EntityDefinition(
                FAR, 1, QueueDescription.builder("far").homePartition(1).build());
        exchange.joins(1, asked::add);
        exchange.directory(new Exchange.Directory() {
            @Override
            public EntityDefinition destination(String name) {
                return far;
            }

            @Override
            public void used(long entityId) {
                used.add(entityId);
            }
        });
        PartitionSettings settings = new PartitionSettings(
                journals, runtime, Profile.JMS, new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE), exchange, false);
        Partition opening = new Partition(0, settings, Duration.ofSeconds(60));
        opening.start(List.of(forwarding(1, "far")), List.of(), ENTITY);
        return opening;
    }

    private Partition.Entity forwarding(int version, @Nullable String forwardTo) {
        QueueDescription queue =
                QueueDescription.builder("q").forwardTo(forwardTo).build();
        return new Partition.Entity(new EntityDefinition(ENTITY, version, queue), flags);
    }

    /** A dead letter is on its way. */
    private void deadLetter() {
        QueueDescription queue = QueueDescription.builder("q")
                .forwardDeadLetteredMessagesTo("far")
                .build();
        partition.define(new Partition.Entity(new EntityDefinition(ENTITY, 2, queue), flags));
        LockToken token = Objects.requireNonNull(received().lockToken());
        partition.settle(token, new Settlement.DeadLetter("wrong", "it was", Map.of()));
        run();
    }

    private void refuse() {
        Command.Arrive offer = offer();
        asked.clear();
        offer.reply()
                .complete(List.of(new Refused(offer.items().get(0).number(), new Refusal("EntityDisabled", "it is"))));
        run();
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            partition.send(ENTITY, message(1));
        }
        run();
    }

    private Command.Arrive offer() {
        return asked.stream()
                .filter(Command.Arrive.class::isInstance)
                .map(Command.Arrive.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private EntityCounters counters() {
        CompletableFuture<EntityCounters> counters = partition.count(ENTITY);
        run();
        return counters.join();
    }

    @Test
    void tellsWhoeverMayHaveTakenItThatItsEntityIsDeleted() {
        send(1);
        partition.drop(ENTITY);
        run();
        assertThat(asked.get(asked.size() - 1)).isEqualTo(new Command.ForgetArrivals(List.of(offer().id())));
    }

    @Test
    void tellsTheOthersThatItIsBack() {
        partition.close();
        run();
        asked.clear();
        partition = opening();
        run();
        assertThat(asked).containsExactly(new Command.SourceIsBack(0));
    }

    @Test
    @Tag("W2")
    void usesItsDestinationWithEachOffer() {
        send(1);
        used.clear();
        offer().reply().completeExceptionally(new IllegalStateException("out"));
        run();
        runtime.advance(Duration.ofSeconds(1));
        run();
        assertThat(used).containsExactly(FAR);
    }

    @Test
    @Tag("D5")
    void offersALetterThatWasRefusedAgainIfSomethingHasChangedSinceItWasOffered() {
        deadLetter();
        exchange.submit(0, new Command.ForwardAgain());
        run();
        refuse();
        assertThat(asked).hasAtLeastOneElementOfType(Command.Arrive.class);
        refuse();
        assertThat(asked).doesNotHaveAnyElementsOfTypes(Command.Arrive.class);
        exchange.submit(0, new Command.ForwardAgain());
        run();
        assertThat(asked).hasAtLeastOneElementOfType(Command.Arrive.class);
    }

    @Test
    void keepsWhereItIsWhatIsTooMuchForAPartitionThatIsOut() {
        int all = Moving.MAX_ON_THEIR_WAY + 3 * Transferring.MAX_MESSAGES;
        send(all);
        assertThat(counters().locked())
                .isBetween(
                        (long) Moving.MAX_ON_THEIR_WAY, (long) Moving.MAX_ON_THEIR_WAY + Transferring.MAX_MESSAGES - 1);
        runtime.advance(Duration.ofHours(1));
        run();
        assertThat(counters().active()).isBetween(2L * Transferring.MAX_MESSAGES, 3L * Transferring.MAX_MESSAGES);
        List<Long> taken = new ArrayList<>();
        long waiting = counters().active();
        for (int round = 0; taken.size() < all && round < all; round++) {
            Command.Arrive offer = offer();
            asked.clear();
            offer.items().forEach(item -> taken.add(item.number()));
            offer.reply().complete(List.of());
            run();
            long left = counters().active();
            assertThat(left).as("others go when some have gone").isLessThanOrEqualTo(Math.max(0, waiting - 1));
            waiting = left;
        }
        assertThat(taken).hasSize(all).isSorted();
        assertThat(counters().locked() + counters().active()).isZero();
    }

    /** Many messages may wait for a partition that is out. */
    @Test
    void givesBackWhatGoesElsewhereSomeOfItAtATime() {
        int all = 3000;
        send(all);
        Partition.Entity now = forwarding(2, null);
        exchange.submit(0, new Command.Define(now.definition(), now.flags(), new CompletableFuture<>()));
        // Behind that, and before anything that comes of it.
        CompletableFuture<EntityCounters> meanwhile = partition.count(ENTITY);
        run();
        int atOnce = Transferring.REDIRECTED_AT_ONCE * Transferring.MAX_MESSAGES;
        assertThat(meanwhile.join().locked()).isBetween((long) all - atOnce, all - 1L);
        assertThat(counters().locked()).isEqualTo(offer().items().size());
    }
}
