/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random SQL filters against what they must say by the tables of three-valued logic, and random garbage. A failure prints its
 * seed.
 */
@Tag("R4")
@Tag("R5")
class SqlFuzzTest {
    private static final long SEED = Long.getLong("peeklock.seed", System.nanoTime());

    private static final Message MESSAGE = Message.builder()
            .label("Order")
            .property("Color", "red")
            .property("size", 5)
            .property("half", 0.5)
            .property("big", true)
            .build();

    private final Random random = new Random(SEED);

    /** A condition or value and what it must be; null is unknown. */
    private record Sample(String text, @Nullable Object value) {}

    private Sample number(int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            Sample a = number(depth - 1);
            Sample b = number(depth - 1);
            boolean plus = random.nextBoolean();
            Long sum = a.value == null || b.value == null
                    ? null
                    : (Long) a.value + (plus ? (Long) b.value : -(Long) b.value);
            return new Sample("(" + a.text + (plus ? "+" : " - ") + b.text + ")", sum);
        }
        return switch (random.nextInt(5)) {
            case 0 -> new Sample("SIZE", 5L);
            case 1 -> new Sample("user.[size]", 5L);
            case 2 -> new Sample("nothing", null);
            default -> {
                long n = random.nextInt(8);
                yield new Sample(String.valueOf(n), n);
            }
        };
    }

    private Sample text() {
        return switch (random.nextInt(5)) {
            case 0 -> new Sample("color", "red");
            case 1 -> new Sample("sys.Label", "Order");
            case 2 -> new Sample("p('nothing')", null);
            case 3 -> new Sample("'blue'", "blue");
            default -> new Sample("'red'", "red");
        };
    }

    private Sample condition(int depth) {
        if (depth == 0) {
            return predicate();
        }
        switch (random.nextInt(4)) {
            case 0 -> {
                Sample a = condition(depth - 1);
                Boolean value = (Boolean) a.value;
                return new Sample("NOT (" + a.text + ")", value == null ? null : (Boolean) !value);
            }
            case 1 -> {
                Sample a = condition(depth - 1);
                Sample b = condition(depth - 1);
                boolean isFalse = Boolean.FALSE.equals(a.value) || Boolean.FALSE.equals(b.value);
                Object value = isFalse ? (Object) false : a.value == null || b.value == null ? null : true;
                return new Sample("(" + a.text + ") AND (" + b.text + ")", value);
            }
            case 2 -> {
                Sample a = condition(depth - 1);
                Sample b = condition(depth - 1);
                boolean isTrue = Boolean.TRUE.equals(a.value) || Boolean.TRUE.equals(b.value);
                Object value = isTrue ? (Object) true : a.value == null || b.value == null ? null : false;
                return new Sample("(" + a.text + ") or (" + b.text + ")", value);
            }
            default -> {
                return predicate();
            }
        }
    }

    private Sample predicate() {
        boolean negated = random.nextBoolean();
        String not = negated ? " NOT" : "";
        switch (random.nextInt(5)) {
            case 0 -> {
                Sample a = number(2);
                Sample b = number(2);
                Object value = a.value == null || b.value == null ? null : (Boolean) ((Long) a.value < (Long) b.value);
                return new Sample(a.text + "<" + b.text, value);
            }
            case 1 -> {
                Sample a = text();
                Sample b = text();
                Object value =
                        a.value == null || b.value == null ? null : (Boolean) (a.value.equals(b.value) != negated);
                return new Sample(a.text + (negated ? "!=" : "=") + b.text, value);
            }
            case 2 -> {
                Sample a = text();
                Sample b = text();
                Sample c = text();
                boolean hit = a.value != null && (a.value.equals(b.value) || a.value.equals(c.value));
                boolean unknown = a.value == null || !hit && (b.value == null || c.value == null);
                return new Sample(
                        a.text + not + " IN (" + b.text + ", " + c.text + ")",
                        unknown ? null : (Boolean) (hit != negated));
            }
            case 3 -> {
                Sample a = text();
                Object value =
                        a.value == null ? null : (Boolean) (a.value.toString().contains("d") != negated);
                return new Sample(a.text + not + " LIKE '%d%'", value);
            }
            default -> {
                boolean there = random.nextBoolean();
                return new Sample((there ? "half" : "nothing") + " IS" + not + " NULL", there == negated);
            }
        }
    }

    @Test
    void agreesWithTheTables() throws RuleEvaluationException {
        System.out.println("SqlFuzzTest seed " + SEED);
        int alive = 0;
        for (int i = 0; i < 20_000; i++) {
            Sample sample = condition(random.nextInt(4));
            boolean expected = Boolean.TRUE.equals(sample.value);
            alive += expected ? 1 : 0;
            assertThat(SqlCondition.parse(sample.text, Map.of()).takes(new MessageView(MESSAGE, () -> 1)))
                    .as("seed %d: %s", SEED, sample.text)
                    .isEqualTo(expected);
        }
        assertThat(alive).isBetween(2_000, 18_000);
    }

    private String garbage(List<String> words, int most) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(most); length >= 0; length--) {
            text.append(words.get(random.nextInt(words.size()))).append(random.nextInt(4) == 0 ? "" : " ");
        }
        return text.toString();
    }

    @Test
    void garbageIsRefusedOrEvaluatedAndNothingElse() {
        System.out.println("SqlFuzzTest seed " + SEED);
        List<String> words = List.of(
                "size",
                "color",
                "sys",
                "user",
                ".",
                "sys.Label",
                "sys.x",
                "[a]",
                "\"b\"",
                "[",
                "\"",
                "'x'",
                "'",
                "5",
                "0.5",
                "9223372036854775808",
                "1e9",
                "=",
                "<>",
                "!=",
                "!",
                "<=",
                "+",
                "-",
                "*",
                "/",
                "%",
                "(",
                ")",
                ",",
                ";",
                "AND",
                "OR",
                "NOT",
                "IN",
                "LIKE",
                "'%r_'",
                "ESCAPE",
                "EXISTS",
                "IS",
                "NULL",
                "TRUE",
                "p(",
                "newid()",
                "@n",
                "SET",
                "REMOVE",
                "\0",
                "😀",
                "\ud800",
                "\n",
                "ſ",
                "İ");
        int parsed = 0;
        for (int i = 0; i < 100_000; i++) {
            boolean action = random.nextBoolean();
            String text = action ? (random.nextInt(8) > 0 ? "SET a = " : "") + garbage(words, 6) : garbage(words, 8);
            try {
                if (action) {
                    SqlAction.parse(text).apply(new MessageView(MESSAGE, () -> 1), "r");
                } else {
                    SqlCondition.parse(text, Map.of("n", 5)).takes(new MessageView(MESSAGE, () -> 1));
                }
                parsed++;
            } catch (BrokerException e) {
                assertThat(e.getMessage()).as("seed %d: %s", SEED, text).startsWith("Invalid SQL at position ");
            } catch (RuleEvaluationException e) {
                parsed++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + SEED + ": " + text, e);
            }
        }
        assertThat(parsed).isGreaterThan(1_000);
    }
}
