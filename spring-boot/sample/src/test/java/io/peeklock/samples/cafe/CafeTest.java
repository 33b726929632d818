/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.cafe;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.spring.boot.test.AutoConfigurePeeklock;
import io.peeklock.spring.boot.test.PeeklockTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;

/** The café on a bus in memory: its messaging alone, and the whole evening. */
class CafeTest {

    @PeeklockTest
    @Import({Recipes.class, Counter.class})
    @Nested
    class ItsMessaging {

        @Test
        @Tag("L12")
        @Tag("D2")
        void anOrderThatNobodyCanMakeIsADeadLetterUntilItIsGivenAgain(
                @Autowired Counter counter, @Autowired Recipes recipes) throws Exception {
            counter.order("espresso");
            counter.order("cold brew");
            counter.awaitAllDone();
            assertThat(counter.deadLetters())
                    .singleElement()
                    .asString()
                    .startsWith("cold brew, MaxDeliveryCountExceeded");
            recipes.learn("cold brew");
            assertThat(counter.redrive()).isEqualTo(1);
            counter.awaitAllDone();
            assertThat(counter.deadLetters()).isEmpty();
        }
    }

    @SpringBootTest
    @AutoConfigurePeeklock
    @ExtendWith(OutputCaptureExtension.class)
    @Nested
    class TheEvening {

        @Test
        void endsWithEveryOrderMade(CapturedOutput output, @Autowired Counter counter) {
            assertThat(output)
                    .containsSubsequence(
                            "cold brew: no such recipe (delivery 3)", "Dead letters:", "  cold brew, MaxDelivery")
                    .containsSubsequence(
                            "All recipes are found, 1 orders",
                            "cold brew: made",
                            "Health: ",
                            "UP",
                            "Queue: ",
                            "completed=4, ");
            assertThat(counter.deadLetters()).isEmpty();
        }
    }
}
