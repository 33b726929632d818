/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Turns over fragments.
 *
 * <p>Has no state; any thread.
 */
@Tag("P6")
final class RoundRobinTest {

    private static List<Integer> turns(RoundRobin robin, int count, IntPredicate usable) {
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(robin.next(usable).orElse(-1));
        }
        return turns;
    }

    @Nested
    class Next {

        @Test
        void goesOverAllFragmentsFromTheSeedOn() {
            assertThat(turns(new RoundRobin(4, 2), 6, any -> true)).containsExactly(2, 3, 0, 1, 2, 3);
        }

        @Test
        void takesAnySeed() {
            assertThat(turns(new RoundRobin(3, -1), 4, any -> true)).containsExactly(2, 0, 1, 2);
            assertThat(turns(new RoundRobin(3, Integer.MIN_VALUE), 1, any -> true))
                    .first()
                    .satisfies(fragment -> assertThat(fragment).isBetween(0, 2));
        }

        @Test
        void skipsWhatCannotTakeMessagesAndSharesItsTurnsEvenly() {
            assertThat(turns(new RoundRobin(4, 0), 6, fragment -> fragment != 1))
                    .containsExactly(0, 2, 3, 0, 2, 3);
        }

        @Test
        void comesBackToAFragmentThatCanAgain() {
            RoundRobin robin = new RoundRobin(2, 0);
            turns(robin, 3, fragment -> fragment == 0);

            assertThat(turns(robin, 2, any -> true)).containsExactlyInAnyOrder(0, 1);
        }

        @Test
        void isEmptyIfNoneCan() {
            assertThat(new RoundRobin(3, 0).next(any -> false)).isEmpty();
        }

        @Test
        void asksEachFragmentOnce() {
            List<Integer> asked = new ArrayList<>();
            new RoundRobin(3, 1).next(fragment -> {
                asked.add(fragment);
                return false;
            });

            assertThat(asked).containsExactly(1, 2, 0);
        }
    }

    @Nested
    class Making {

        @Test
        void withoutFragmentsIsRefused() {
            assertThatThrownBy(() -> new RoundRobin(0, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
