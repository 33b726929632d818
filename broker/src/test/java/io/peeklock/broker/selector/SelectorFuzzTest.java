/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random selectors against a second evaluator, written from the specification's tables, and random garbage. A failure
 * prints its seed.
 */
class SelectorFuzzTest {

    private static final long SEED = Long.getLong("peeklock.seed", System.nanoTime());

    private static final Message MESSAGE = Message.builder()
            .label("order")
            .property("i", 5)
            .property("j", -3L)
            .property("f", 2.5f)
            .property("s", "a%b_c")
            .property("t", true)
            .property("u", false)
            .build();

    /** Text of an expression and what it should be worth: a Boolean, String, Long, Double or null. */
    private record Sample(String text, Object value) {}

    private static final class Samples {
        private final Random random;

        Samples(Random random) {
            this.random = random;
        }

        private <T> T any(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        private String keyword(String word) {
            return random.nextBoolean() ? word : word.toLowerCase(Locale.ROOT);
        }

        Sample condition(int depth) {
            int kind = depth == 0 ? 4 + random.nextInt(5) : random.nextInt(9);
            return switch (kind) {
                case 0 -> joined("AND", condition(depth - 1), condition(depth - 1), Samples::and);
                case 1 -> joined("OR", condition(depth - 1), condition(depth - 1), Samples::or);
                case 2 -> {
                    Sample inner = condition(depth - 1);
                    yield new Sample(
                            keyword("NOT") + " (" + inner.text + ")",
                            inner.value == null ? null : !(Boolean) inner.value);
                }
                case 3 -> between(number(depth - 1), number(depth - 1), number(depth - 1));
                case 4 -> comparison(number(depth), number(depth));
                case 5 -> in();
                case 6 -> like();
                case 7 -> isNull();
                default ->
                    any(List.of(
                            new Sample("t", true),
                            new Sample("u", false),
                            new Sample("none", null),
                            new Sample("s = 'a%b_c'", true),
                            new Sample("s <> i", false),
                            new Sample("TRUE", true),
                            new Sample("false", false)));
            };
        }

        private Sample joined(String word, Sample a, Sample b, BinaryOperator<Object> operator) {
            return new Sample(
                    "(" + a.text + ") " + keyword(word) + " (" + b.text + ")", operator.apply(a.value, b.value));
        }

        private static Object and(Object a, Object b) {
            if (Objects.equals(a, false) || Objects.equals(b, false)) {
                return false;
            }
            return a == null || b == null ? null : (Object) true;
        }

        private static Object or(Object a, Object b) {
            if (Objects.equals(a, true) || Objects.equals(b, true)) {
                return true;
            }
            return a == null || b == null ? null : (Object) false;
        }

        private Sample between(Sample value, Sample low, Sample high) {
            boolean negated = random.nextBoolean();
            Object inside = and(compare(">=", value.value, low.value), compare("<=", value.value, high.value));
            Object outside = or(compare("<", value.value, low.value), compare(">", value.value, high.value));
            return new Sample(
                    value.text + (negated ? " NOT" : "") + " BETWEEN " + low.text + " AND " + high.text,
                    negated ? outside : inside);
        }

        private Sample comparison(Sample a, Sample b) {
            String operator = any(List.of("=", "<>", "<", "<=", ">", ">="));
            return new Sample(a.text + operator + b.text, compare(operator, a.value, b.value));
        }

        private static Object compare(String operator, Object a, Object b) {
            if (a == null || b == null) {
                return null;
            }
            if (a instanceof Long x && b instanceof Long y) {
                return holds(operator, Long.compare(x, y));
            }
            double x = ((Number) a).doubleValue();
            double y = ((Number) b).doubleValue();
            boolean ordered = !Double.isNaN(x) && !Double.isNaN(y);
            return ordered ? holds(operator, x < y ? -1 : x > y ? 1 : 0) : operator.equals("<>");
        }

        private static boolean holds(String operator, int order) {
            return switch (operator) {
                case "=" -> order == 0;
                case "<>" -> order != 0;
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                default -> order >= 0;
            };
        }

        private Sample in() {
            String name = any(List.of("s", "JMSType", "none"));
            List<String> strings = any(List.of(List.of("order"), List.of("x", "a%b_c"), List.of("it's", "", "Order")));
            boolean negated = random.nextBoolean();
            Object value = text(name);
            String list = strings.stream()
                    .map(string -> "'" + string.replace("'", "''") + "'")
                    .collect(Collectors.joining(", "));
            return new Sample(
                    name + (negated ? " NOT" : "") + " " + keyword("IN") + " (" + list + ")",
                    value == null ? null : strings.contains(value) != negated);
        }

        private Sample like() {
            String name = any(List.of("s", "JMSType", "none"));
            StringBuilder pattern = new StringBuilder();
            StringBuilder regex = new StringBuilder();
            for (int i = random.nextInt(7); i > 0; i--) {
                String part = any(List.of("%", "_", "!%", "!_", "a", "b", "o", "r", "er"));
                pattern.append(part);
                regex.append(
                        switch (part) {
                            case "%" -> ".*";
                            case "_" -> ".";
                            default -> Pattern.quote(part.replace("!", ""));
                        });
            }
            boolean negated = random.nextBoolean();
            String value = text(name);
            return new Sample(
                    name + (negated ? " NOT" : "") + " LIKE '" + pattern + "' ESCAPE '!'",
                    value == null ? null : Pattern.matches(regex.toString(), value) != negated);
        }

        private Sample isNull() {
            String name = any(List.of("s", "none", "i"));
            boolean negated = random.nextBoolean();
            return new Sample(name + " IS" + (negated ? " NOT" : "") + " NULL", name.equals("none") != negated);
        }

        private static String text(String name) {
            return switch (name) {
                case "s" -> "a%b_c";
                case "JMSType" -> "order";
                default -> null;
            };
        }

        private Sample number(int depth) {
            if (depth == 0 || random.nextInt(3) == 0) {
                return any(List.of(
                        new Sample("i", 5L),
                        new Sample("j", -3L),
                        new Sample("f", 2.5),
                        new Sample("none", null),
                        new Sample("7", 7L),
                        new Sample("0", 0L),
                        new Sample("0x1F", 31L),
                        new Sample("010", 8L),
                        new Sample("1.5e1", 15d),
                        new Sample("9223372036854775807L", Long.MAX_VALUE)));
            }
            Sample a = number(depth - 1);
            if (random.nextInt(4) == 0) {
                Object negative = a.value instanceof Long exact
                        ? (Object) (-exact)
                        : a.value == null ? null : (Object) (-(Double) a.value);
                return new Sample("-(" + a.text + ")", negative);
            }
            Sample b = number(depth - 1);
            String operator = any(List.of("+", "-", "*", "/"));
            return new Sample("(" + a.text + operator + b.text + ")", calculate(operator, a.value, b.value));
        }

        private static Object calculate(String operator, Object a, Object b) {
            if (a == null || b == null) {
                return null;
            }
            if (a instanceof Long x && b instanceof Long y) {
                return switch (operator) {
                    case "+" -> x + y;
                    case "-" -> x - y;
                    case "*" -> x * y;
                    default -> y == 0 ? null : (Object) (x / y);
                };
            }
            double x = ((Number) a).doubleValue();
            double y = ((Number) b).doubleValue();
            return switch (operator) {
                case "+" -> x + y;
                case "-" -> x - y;
                case "*" -> x * y;
                default -> x / y;
            };
        }
    }

    @Test
    void agreesWithTheTablesOfTheSpecification() {
        System.out.println("SelectorFuzzTest seed " + SEED);
        Random random = new Random(SEED);
        Samples samples = new Samples(random);
        int alive = 0;
        for (int i = 0; i < 20_000; i++) {
            Sample sample = samples.condition(random.nextInt(5));
            boolean expected = Boolean.TRUE.equals(sample.value);
            alive += expected ? 1 : 0;
            assertThat(Selector.parse(sample.text).matches(MESSAGE, 0, Map.of()))
                    .as("seed %d: %s", SEED, sample.text)
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
                    selector.matches(MESSAGE, 1, Map.of());
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
