/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is no selector, how long and deep one may be, and where its error says that it is. */
class SelectorParsingTest {

    private static final Message MESSAGE =
            Message.builder().property("yes", true).property("no", false).build();

    private static boolean chooses(@Nullable String selector) {
        return Selector.parse(selector).matches(MESSAGE, 0, Map.of());
    }

    @Test
    void nothingIsNoSelector() {
        assertThat(Selector.parse(null)).isNull();
        assertThat(Selector.parse("")).isNull();
        assertThat(Selector.parse(" \n")).isNull();
    }

    @Test
    void namesThePositionOfTheMistake() {
        assertThatThrownBy(() -> Selector.parse("a = 1 AND b LIKE 7"))
                .hasMessage("Invalid selector at position 17: expected a string in single quotes, found 7");
    }

    @Test
    void ofMoreThanTheGreatestLengthIsRefused() {
        String longest = "a = '" + "x".repeat(Selector.MAX_LENGTH - 6) + "'";

        assertThat(Selector.parse(longest)).isNotNull();
        assertThatThrownBy(() -> Selector.parse(longest + " ")).isInstanceOf(BrokerException.class);
    }

    @Test
    void nestingEndsWhereItIsBounded() {
        int deepest = SelectorParser.MAX_DEPTH;
        for (String nest : new String[] {"(", "NOT ", "(NOT "}) {
            int times = nest.equals("(NOT ") ? deepest / 2 : deepest;
            String close = nest.startsWith("(") ? ")" : "";
            assertThat(Selector.parse(nest.repeat(times) + "yes" + close.repeat(times)))
                    .isNotNull();
            assertThatThrownBy(() -> Selector.parse(nest.repeat(30_000 / nest.length()) + "yes"))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("deeper than " + deepest);
        }
        assertThatThrownBy(() -> Selector.parse("-".repeat(30_000) + "int = 5")).isInstanceOf(BrokerException.class);
    }

    @Test
    void longChainsNeedNoStack() {
        assertThat(chooses("no OR ".repeat(10_000) + "yes")).isTrue();
        assertThat(chooses("yes AND ".repeat(8_000) + "yes")).isTrue();
        assertThat(chooses("0 " + "+ 1 ".repeat(16_000) + "= 16000")).isTrue();
        assertThat(chooses("1 " + "* 1 ".repeat(16_000) + "= 1")).isTrue();
    }

    @Test
    void oneThatIsLongCostsMoreToLookWith() {
        assertThat(Selector.parse("yes").cost()).isEqualTo(1);
        assertThat(Selector.parse("no OR ".repeat(1000) + "yes").cost()).isGreaterThan(20);
    }

    @Test
    void theDeepestNeedsLittleStack() throws Exception {
        int times = SelectorParser.MAX_DEPTH / 3;
        String deep = "NOT (yes AND (no OR ".repeat(times) + "yes" + "))".repeat(times);
        CompletableFuture<Boolean> chosen = new CompletableFuture<>();
        Runnable parse = () -> {
            try {
                chosen.complete(chooses(deep));
            } catch (RuntimeException | Error e) {
                chosen.completeExceptionally(e);
            }
        };
        Thread small = new Thread(null, parse, "small stack", 512 * 1024);
        small.start();
        small.join();
        assertThat(chosen.get()).isEqualTo(times % 2 == 0);
    }

    @Test
    void aPropertyNamedAsAKeywordInCapitalsCannotBe() {
        assertThat(Selector.isPropertyName("colour")).isTrue();
        assertThat(Selector.isPropertyName("$_größe1")).isTrue();
        assertThat(Selector.isPropertyName("BETWEEN")).isFalse();
        assertThat(Selector.isPropertyName("1st")).isFalse();
        assertThat(Selector.isPropertyName("a b")).isFalse();
        assertThat(Selector.isPropertyName("")).isFalse();
    }
}
