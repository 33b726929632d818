/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When dead letters go again to a queue in another partition that was full. */
@Tag("D5")
@Tag("Q3")
class RetryingTest extends OnePartition {
    private static final long FAR = 9;
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(1);
    private static final Refusal FULL = new Refusal("QuotaExceeded", "it is full");
    private static final Refusal DISABLED = new Refusal("EntityDisabled", "it is");

    private final Exchange exchange = new Exchange(2);
    /** How often a letter was offered, and which. */
    private int offers;

    private final Set<Long> offered = new HashSet<>();
    private Refusal refusal = FULL;
    /** Letters with higher numbers find something else than a full queue. */
    private long lastThatFindsItFull = Long.MAX_VALUE;

    private int taken;

    @Override
    Partition opening() {
        EntityDefinition far = new EntityDefinition(
                FAR, 1, QueueDescription.builder("far").homePartition(1).build());
        exchange.joins(1, this::answer);
        exchange.directory(name -> far);
        PartitionSettings settings = new PartitionSettings(
                journals, runtime, Profile.JMS, new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE), exchange, false);
        Partition opening = new Partition(0, settings, Duration.ofSeconds(60));
        QueueDescription queue = QueueDescription.builder("q")
                .forwardDeadLetteredMessagesTo("far")
                .deadLetterOnExpiry(true)
                .build();
        opening.start(List.of(new Partition.Entity(new EntityDefinition(ENTITY, 1, queue), flags)), List.of(), ENTITY);
        return opening;
    }

    /** Takes the first {@link #taken} of each transfer. */
    private void answer(Command command) {
        if (command instanceof Command.Arrive arrive) {
            offers += arrive.items().size();
            arrive.items().forEach(item -> offered.add(item.number()));
            arrive.reply()
                    .complete(arrive.items().stream()
                            .skip(taken)
                            .map(item -> new Refused(item.number(), why(item.number())))
                            .toList());
        }
    }

    private Refusal why(long number) {
        return number > lastThatFindsItFull ? DISABLED : refusal;
    }

    private void deadLetters(int count) {
        for (int i = 0; i < count; i++) {
            partition.send(
                    ENTITY,
                    Message.builder()
                            .body(BodyKind.BYTES, new byte[1])
                            .timeToLiveMs(TIME_TO_LIVE.toMillis())
                            .build());
        }
        run();
        runtime.advance(TIME_TO_LIVE);
        run();
    }

    private int offersWithin(Duration time) {
        int before = offers;
        runtime.advance(time);
        run();
        return offers - before;
    }

    @Test
    void afterASecondAndThenEverLaterUpToAMinute() {
        deadLetters(1);
        assertThat(offers).isEqualTo(1);
        for (int pause : List.of(1, 2, 4, 8, 16, 32, 60, 60, 60)) {
            assertThat(offersWithin(Duration.ofMillis(pause * 1000L - 10)))
                    .as("before %s s", pause)
                    .isZero();
            assertThat(offersWithin(Duration.ofMillis(10)))
                    .as("after %s s", pause)
                    .isEqualTo(1);
        }
    }

    @Test
    void soonAfterOneOfThemWent() {
        deadLetters(3);
        assertThat(offers).isEqualTo(3);
        offersWithin(Duration.ofMinutes(10));
        taken = 1;
        offersWithin(Duration.ofMinutes(1));
        assertThat(offersWithin(Duration.ofSeconds(1))).isEqualTo(2);
        assertThat(offersWithin(Duration.ofSeconds(1))).isEqualTo(1);
        assertThat(offersWithin(Duration.ofHours(1))).isZero();
    }

    @Test
    void notForAnotherReason() {
        refusal = DISABLED;
        deadLetters(1);
        assertThat(offers).isEqualTo(1);
        assertThat(offersWithin(Duration.ofHours(1))).isZero();
    }

    @Test
    void soonAgainIfWhatWasBeforeIsLongAgo() {
        deadLetters(1);
        offersWithin(Duration.ofMinutes(10));
        offersWithin(Duration.ofMinutes(10));
        refusal = DISABLED;
        assertThat(offersWithin(Duration.ofMinutes(10))).isEqualTo(1);
        assertThat(offersWithin(Duration.ofHours(1))).isZero();
        refusal = FULL;
        deadLetters(1);
        assertThat(offersWithin(Duration.ofSeconds(1))).isEqualTo(2);
    }

    @Test
    void alsoIfThoseBehindThemAreRefusedForAnotherReason() {
        lastThatFindsItFull = 2 * Retrying.REFUSED_PER_TRIAL;
        deadLetters(3 * Retrying.REFUSED_PER_TRIAL);
        for (int trial = 0; trial < 10; trial++) {
            offersWithin(Duration.ofMinutes(1));
        }
        offered.clear();
        for (int trial = 0; trial < 10; trial++) {
            offersWithin(Duration.ofMinutes(1));
        }
        assertThat(offered).contains(1L, lastThatFindsItFull);
    }

    @Test
    void someOfManyAtATimeAndEachHasItsTurn() {
        int count = 3 * Retrying.REFUSED_PER_TRIAL;
        deadLetters(count);
        offersWithin(Duration.ofMinutes(30));
        offered.clear();
        int most = IntStream.range(0, 10)
                .map(minute -> offersWithin(Duration.ofMinutes(1)))
                .max()
                .orElseThrow();
        assertThat(most)
                .isBetween(
                        Retrying.REFUSED_PER_TRIAL,
                        // Those that are on their way when the last of these is refused are tried, too.
                        Retrying.REFUSED_PER_TRIAL + Moving.MAX_LETTERS_ON_THEIR_WAY + Transferring.MAX_MESSAGES);
        assertThat(offered).hasSize(count);
    }
}
