/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.BrokerException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random selectors against a second evaluator, written from the specification's tables, and random garbage. A failure
 * prints its seed.
 */
class SelectorFuzzTest {

    private static final long SEED = Long.getLong("peeklock.seed", System.nanoTime());

    @Test
    void agreesWithTheTablesOfTheSpecification() {
        System.out.println("SelectorFuzzTest seed " + SEED);
        Random random = new Random(SEED);
        SelectorSamples samples = new SelectorSamples(random);
        int alive = 0;
        for (int i = 0; i < 20_000; i++) {
            SelectorSamples.Sample sample = samples.condition(random.nextInt(5));
            boolean expected = Boolean.TRUE.equals(sample.value());
            alive += expected ? 1 : 0;
            assertThat(Selector.parse(sample.text()).matches(SelectorSamples.MESSAGE, 0, Map.of()))
                    .as("seed %d: %s", SEED, sample.text())
                    .isEqualTo(expected);
        }
        assertThat(alive).isBetween(2_000, 18_000);
    }

    @Test
    void garbageIsRefusedOrEvaluatedAndNothingElse() {
        System.out.println("SelectorFuzzTest seed " + SEED);
        Random random = new Random(SEED);
        List<String> words = List.of(
                "a",
                "s",
                "i",
                "t",
                "'x'",
                "'",
                "5",
                "0x",
                "1.5",
                "9223372036854775808",
                ".",
                "=",
                "<",
                ">",
                "<>",
                "<=",
                "+",
                "-",
                "*",
                "/",
                "(",
                ")",
                ",",
                "AND",
                "OR",
                "NOT",
                "IN",
                "LIKE",
                "ESCAPE",
                "BETWEEN",
                "IS",
                "NULL",
                "TRUE",
                "%",
                "\0",
                "😀",
                "JMSType",
                "JMSExpiration",
                " ",
                "\n",
                "\ud800");
        int parsed = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(9); length >= 0; length--) {
                text.append(words.get(random.nextInt(words.size()))).append(random.nextInt(4) == 0 ? "" : " ");
            }
            try {
                Selector selector = Selector.parse(text.toString());
                if (selector != null) {
                    selector.matches(SelectorSamples.MESSAGE, 1, Map.of());
                    parsed++;
                }
            } catch (BrokerException e) {
                assertThat(e.getMessage()).startsWith("Invalid selector at position ");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + SEED + ": " + text, e);
            }
        }
        assertThat(parsed).isPositive();
    }
}
