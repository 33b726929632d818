/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Paths of entities: which are read how, and which cannot be.
 *
 * <p>Has no state; any thread.
 */
final class EntityPathTest {

    private static AbstractThrowableAssert<?, ?> refused(String path, ErrorCode code) {
        return assertThatThrownBy(() -> EntityPath.parse(path))
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static AbstractThrowableAssert<?, ?> invalid(String path) {
        return refused(path, ErrorCode.InvalidOperation);
    }

    @Nested
    class Parsing {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "orders",
                    "a/b/c",
                    "Gr\u00FC\u00DFe \u65E5\u672C \uD83D\uDE00",
                    "a.b",
                    "...",
                    "a/.b",
                    "$x",
                    "Subscriptions",
                    "Subscriptions/x",
                    "x/Subscriptions",
                    "deadletterqueue",
                    "x$deadletterqueue"
                })
        @Tag("W5")
        void takesAPlainName(String name) {
            EntityPath path = EntityPath.parse(name);

            assertThat(path).isEqualTo(EntityPath.queue(name));
            assertThat(path.deadLetter()).isFalse();
            assertThat(path).hasToString(name);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a/b/$deadletterqueue", "a/b/$DeadLetterQueue", "a/b/$DEADLETTERQUEUE"})
        @Tag("D1")
        void takesADeadLetterQueueInAnyCase(String text) {
            EntityPath path = EntityPath.parse(text);

            assertThat(path).isEqualTo(EntityPath.queue("a/b").deadLetterQueue());
            assertThat(path).hasToString("a/b/$deadletterqueue");
        }

        @Test
        @Tag("Q4")
        void takes260CharactersAndTheirDeadLetterQueue() {
            String longest = "x".repeat(260);

            assertThat(EntityPath.parse(longest).name()).isEqualTo(longest);
            assertThat(EntityPath.parse(longest + "/$deadletterqueue").name()).isEqualTo(longest);
        }

        @Test
        @Tag("Q4")
        void refuses261Characters() {
            invalid("x".repeat(261)).hasMessageContaining("261 characters, at most 260");
            invalid("x".repeat(261) + "/$deadletterqueue").hasMessageContaining("261 characters");
        }

        @ParameterizedTest
        @ValueSource(strings = {"../etc", "a/../b", "a/..", "..", "./a", "a/.", "."})
        @Tag("Q4")
        void refusesDotsAsSegments(String path) {
            invalid(path).hasMessageContaining("has the segment '.");
        }

        @Test
        void refusesAnEmptyPath() {
            invalid("").hasMessageContaining("is empty");
        }

        @Test
        void refusesSlashesThatDivideNothingSayingWhere() {
            invalid("/a").hasMessageContaining("begins with '/'");
            invalid("/").hasMessageContaining("begins with '/'");
            invalid("a/").hasMessageContaining("ends with '/'");
            invalid("ab//c").hasMessageContaining("has '//' at index 2");
            invalid("a//$deadletterqueue").hasMessageContaining("ends with '/'");
            invalid("/$deadletterqueue").isInstanceOf(BrokerException.class);
        }

        @Test
        void refusesControlCharactersWithoutRepeatingThem() {
            invalid("a\u0000b").hasMessageContaining("U+0000 at index 1").hasMessageNotContaining("\u0000");
            invalid("ab\n").hasMessageContaining("U+000A at index 2").hasMessageNotContaining("\n");
            invalid("\u0085").hasMessageContaining("U+0085 at index 0");
        }

        @Test
        void refusesABackslashAndHalfACharacter() {
            invalid("a\\b").hasMessageContaining("backslash at index 1");
            invalid("a\uD83D").hasMessageContaining("half a character, U+D83D, at index 1");
            invalid("\uDE00a").hasMessageContaining("half a character, U+DE00, at index 0");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "$deadletterqueue",
                    "x/$deadletterqueue/$deadletterqueue",
                    "x/$DeadLetterQueue/y",
                    "$deadletterqueue/x"
                })
        @Tag("D1")
        void refusesADeadLetterQueueThatIsNotOfAQueue(String path) {
            invalid(path).hasMessageContaining("may only stand once, at the end");
        }

        @ParameterizedTest
        @ValueSource(strings = {"a/t/Subscriptions/s", "a/t/subscriptions/s", "a/t/SUBSCRIPTIONS/s"})
        @Tag("W5")
        void takesASubscriptionInAnyCase(String text) {
            EntityPath path = EntityPath.subscription("a/t", "s");

            assertThat(EntityPath.parse(text)).isEqualTo(path);
            assertThat(path).hasToString("a/t/Subscriptions/s");
            assertThat(EntityPath.parse(text + "/$DeadLetterQueue")).isEqualTo(path.deadLetterQueue());
            assertThat(path.deadLetterQueue()).hasToString("a/t/Subscriptions/s/$deadletterqueue");
        }

        @Test
        @Tag("Q4")
        void takesTheLongestSubscription() {
            String text = "t".repeat(260) + "/Subscriptions/" + "s".repeat(128);

            assertThat(EntityPath.parse(text)).hasToString(text);
        }

        @ParameterizedTest
        @ValueSource(strings = {"t/Subscriptions/s/x", "t/subscriptions/s/Subscriptions/s"})
        @Tag("W5")
        void refusesSubscriptionsElsewhere(String path) {
            invalid(path).hasMessageContaining("may only stand between");
        }

        @Test
        void showsLongNamesCut() {
            invalid("x".repeat(100_000))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
        }
    }

    @Nested
    class Making {

        @Test
        void checksTheNameToo() {
            assertThatThrownBy(() -> EntityPath.queue("a/")).isInstanceOf(BrokerException.class);
            assertThatThrownBy(() -> EntityPath.queue("x/$deadletterqueue")).isInstanceOf(BrokerException.class);
            assertThatThrownBy(() -> EntityPath.topic("a//b")).isInstanceOf(BrokerException.class);
            assertThatThrownBy(() -> EntityPath.subscription("t", "a/b")).isInstanceOf(BrokerException.class);
            assertThatThrownBy(() -> EntityPath.subscription("t", "..")).isInstanceOf(BrokerException.class);
            assertThatThrownBy(() -> EntityPath.subscription("t", "")).isInstanceOf(BrokerException.class);
        }

        @Test
        @Tag("D1")
        void aDeadLetterQueueOfATopicIsRefused() {
            assertThatThrownBy(() -> EntityPath.topic("t").deadLetterQueue())
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("has no dead-letter queue");
        }

        @Test
        @Tag("W5")
        void aQueueAndATopicOfOneNameHaveTwoPaths() {
            assertThat(EntityPath.queue("a")).isNotEqualTo(EntityPath.topic("a"));
        }
    }
}
