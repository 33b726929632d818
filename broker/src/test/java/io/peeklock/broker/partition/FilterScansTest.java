/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.runtime.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What filters have passed over in a sub-queue. */
class FilterScansTest {

    private static MessageEntry entry(Fragment fragment, long sequence, int priority) {
        return new MessageEntry(fragment, 0, 0, sequence, sequence, 0, Long.MAX_VALUE, 0, priority, null);
    }

    private static Fragment fragment() {
        EntityDefinition queue =
                new EntityDefinition(7, 1, QueueDescription.builder("q").build());
        return new Fragment(queue, new ReadyFlags(1), new ReadyFlags(1), 0);
    }

    private static PropertyFilter filter(String property) {
        return new PropertyFilter(property, () -> {});
    }

    @Nested
    class Remembered {
        private final Fragment fragment = fragment();
        private final FilterScans scans = new FilterScans();
        private long sequence;

        private FilterScan used(String property, int passedOver) {
            FilterScan scan = scans.use(filter(property));
            for (int i = 0; i < passedOver; i++) {
                scan.passOver(entry(fragment, ++sequence, 4));
            }
            return scan;
        }

        private FilterScan left(String property) {
            FilterScan scan = used(property, FilterScans.WORTH_REMEMBERING);
            scans.leave(scan);
            return scan;
        }

        @Test
        void isWhatCostMuch() {
            FilterScan cheap = used("a", FilterScans.WORTH_REMEMBERING - 1);
            scans.leave(cheap);
            assertThat(scans.idle()).isZero();
            assertThat(scans.use(filter("a"))).isNotSameAs(cheap);
            FilterScan dear = left("b");
            assertThat(scans.idle()).isEqualTo(1);
            assertThat(scans.use(filter("b"))).isSameAs(dear);
            assertThat(scans.idle()).isZero();
        }

        @Test
        void isABoundedNumberOfWhichTheOldestGoes() {
            FilterScan first = left("first");
            FilterScan second = left("second");
            FilterScan used = used("used", FilterScans.WORTH_REMEMBERING);
            for (int i = 0; i < FilterScans.MAX_IDLE - 2; i++) {
                left("f" + i);
            }
            scans.leave(scans.use(filter("first")));
            left("one more");
            assertThat(scans.idle()).isEqualTo(FilterScans.MAX_IDLE);
            assertThat(scans.use(filter("first"))).isSameAs(first);
            assertThat(scans.use(filter("second"))).isNotSameAs(second);
            assertThat(scans.use(filter("used"))).isSameAs(used);
        }

        @Test
        void isNothingWhenNothingIsReady() {
            FilterScan idle = left("idle");
            FilterScan used = used("used", FilterScans.WORTH_REMEMBERING);
            scans.forgetIdle();
            assertThat(scans.idle()).isZero();
            assertThat(scans.use(filter("idle"))).isNotSameAs(idle);
            assertThat(scans.use(filter("used"))).isSameAs(used);
        }
    }

    /** Not each filter of thousands hears of each message. */
    @Test
    void areNotToldOfMessagesThatAreNewToThemAll() {
        Fragment fragment = fragment();
        FilterScans scans = new FilterScans();
        List<FilterScan> all = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            all.add(scans.use(filter("f" + i)));
        }
        for (int i = 1; i <= 100; i++) {
            MessageEntry next = entry(fragment, i, 4);
            scans.becameReady(next);
            all.forEach(scan -> scan.passOver(next));
            if (i % 2 == 0) {
                scans.left(next);
            }
        }
        assertThat(scans.visits()).isZero();
        MessageEntry back = entry(fragment, 50, 4);
        scans.becameReady(back);
        assertThat(scans.visits()).isEqualTo(5000);
        scans.left(back);
        scans.left(entry(fragment, 51, 4));
        assertThat(scans.visits()).isEqualTo(2 * 5000);
    }

    /** A sub-queue with random changes, and what a search through all of it finds. */
    private static final class Model {
        private static final int NUMBERS = 300;

        private final Random random;
        private final Fragment fragment = fragment();
        private final SubQueue queue = fragment.queue;
        private final List<MessageEntry> entries = new ArrayList<>();
        private final Set<MessageEntry> ready = new HashSet<>();
        private final Set<MessageEntry> matching = new HashSet<>();
        private int looks;
        private int changes;

        Model(long seed) {
            random = new Random(seed);
            for (int i = 0; i < NUMBERS; i++) {
                MessageEntry entry = entry(fragment, i + 1, random.nextInt(SubQueue.PRIORITIES));
                entries.add(entry);
                queue.add(entry);
            }
        }

        /** A message comes, comes back perhaps otherwise than before, or goes. */
        void change() {
            changes++;
            MessageEntry entry = entries.get(random.nextInt(NUMBERS));
            if (ready.remove(entry)) {
                queue.removeReady(entry);
                return;
            }
            if (random.nextInt(20) == 0) {
                matching.add(entry);
            } else {
                matching.remove(entry);
            }
            ready.add(entry);
            queue.addReady(entry);
        }

        @Nullable
        MessageEntry searched() {
            return ready.stream()
                    .filter(matching::contains)
                    .min(Comparator.<MessageEntry>comparingInt(entry -> -entry.priority)
                            .thenComparingLong(entry -> entry.sequenceNumber))
                    .orElse(null);
        }

        @Nullable
        MessageEntry found(FilterScan scan) {
            for (int priority = SubQueue.PRIORITIES - 1; priority >= 0; priority--) {
                MessageEntry next = queue.nextUnseen(scan, priority);
                while (next != null) {
                    looks++;
                    if (matching.contains(next)) {
                        return next;
                    }
                    scan.passOver(next);
                    next = queue.nextUnseen(scan, priority);
                }
            }
            return null;
        }
    }

    @Test
    void findWhatASearchThroughEverythingFindsAndLookAtNothingTwice() {
        Seeds.run(200, seed -> {
            Model model = new Model(seed);
            Subscriber subscriber = new TestSubscriber(model.queue.requests(), ReceiveMode.PEEK_LOCK, filter("any"), 0);
            model.queue.subscribe(subscriber);
            FilterScan scan = model.queue.subscription(subscriber).scan();
            int searches = 0;
            for (int i = 0; i < 2000; i++) {
                model.change();
                if (model.random.nextInt(5) == 0) {
                    searches++;
                    assertThat(model.found(scan)).isSameAs(model.searched());
                }
            }
            assertThat(model.looks).isLessThanOrEqualTo(model.changes + searches);
        });
    }
}
