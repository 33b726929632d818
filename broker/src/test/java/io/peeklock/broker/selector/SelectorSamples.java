/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import io.peeklock.broker.message.Message;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Random selectors and what each should be worth for one message, by the tables of Jakarta Messaging 3.8.1 and nothing
 * of the parser: with as few brackets as precedence allows, or some more.
 *
 * <p>Not thread safe.
 */
final class SelectorSamples {

    static final Message MESSAGE = Message.builder()
            .label("order")
            .priority(4)
            .property("i", 5)
            .property("j", -3L)
            .property("f", 2.5f)
            .property("s", "a%b_c")
            .property("t", true)
            .property("u", false)
            .build();

    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int COMPARISON = 4;
    private static final int SUM = 5;
    private static final int PRODUCT = 6;
    private static final int SIGN = 7;
    private static final int ATOM = 8;

    /** Text of an expression and what it should be worth: a Boolean, String, Long, Double or null. */
    record Sample(String text, @Nullable Object value, int rank) {}

    private final Random random;

    SelectorSamples(Random random) {
        this.random = random;
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private String keyword(String word) {
        return random.nextBoolean() ? word : word.toLowerCase(Locale.ROOT);
    }

    private static Sample atom(String text, @Nullable Object value) {
        return new Sample(text, value, ATOM);
    }

    /** In brackets if it binds less than what stands around it, or by chance. */
    private String in(Sample sample, int rank) {
        return sample.rank < rank || random.nextInt(6) == 0 ? "(" + sample.text + ")" : sample.text;
    }

    Sample condition(int depth) {
        int kind = depth == 0 ? 4 + random.nextInt(6) : random.nextInt(10);
        return switch (kind) {
            case 0 -> joined("AND", AND, condition(depth - 1), condition(depth - 1), SelectorSamples::and);
            case 1 -> joined("OR", OR, condition(depth - 1), condition(depth - 1), SelectorSamples::or);
            case 2 -> {
                Sample inner = condition(depth - 1);
                yield new Sample(
                        keyword("NOT") + " " + in(inner, NOT),
                        inner.value == null ? null : !Objects.equals(inner.value, true),
                        NOT);
            }
            case 3 -> between(number(depth - 1), number(depth - 1), number(depth - 1));
            case 4 -> comparison(number(depth), number(depth));
            case 5 -> in();
            case 6 -> like();
            case 7 -> isNull();
            case 8 -> equality(depth);
            default ->
                any(List.of(
                        atom("t", true),
                        atom("u", false),
                        atom("none", null),
                        atom("TRUE", true),
                        atom("false", false)));
        };
    }

    private Sample joined(String word, int rank, Sample a, Sample b, BinaryOperator<@Nullable Object> operator) {
        return new Sample(
                in(a, rank) + " " + keyword(word) + " " + in(b, rank + 1), operator.apply(a.value, b.value), rank);
    }

    private static @Nullable Object and(@Nullable Object a, @Nullable Object b) {
        if (Objects.equals(a, false) || Objects.equals(b, false)) {
            return false;
        }
        return a == null || b == null ? null : (Object) true;
    }

    private static @Nullable Object or(@Nullable Object a, @Nullable Object b) {
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
                in(value, SUM) + (negated ? " NOT" : "") + " BETWEEN " + in(low, SUM) + " AND " + in(high, SUM),
                negated ? outside : inside,
                COMPARISON);
    }

    private Sample comparison(Sample a, Sample b) {
        String operator = any(List.of("=", "<>", "<", "<=", ">", ">="));
        return new Sample(in(a, SUM) + operator + in(b, SUM), compare(operator, a.value, b.value), COMPARISON);
    }

    /** Of names, whatever their types, and of conditions in brackets. */
    private Sample equality(int depth) {
        List<Sample> names = List.of(
                atom("i", 5L),
                atom("f", 2.5),
                atom("s", "a%b_c"),
                atom("t", true),
                atom("u", false),
                atom("none", null),
                atom("JMSType", "order"),
                atom("JMSPriority", 4L),
                atom("JMSDeliveryMode", "PERSISTENT"),
                atom("JMSCorrelationID", null));
        Sample a = any(names);
        Sample b = any(names);
        if (depth > 0 && random.nextBoolean()) {
            Sample condition = condition(depth - 1);
            b = atom("(" + condition.text + ")", condition.value);
        }
        String operator = any(List.of("=", "<>"));
        return new Sample(in(a, SUM) + operator + in(b, SUM), compare(operator, a.value, b.value), COMPARISON);
    }

    private static @Nullable Object compare(String operator, @Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return null;
        }
        if (a instanceof Long x && b instanceof Long y) {
            return holds(operator, Long.compare(x, y));
        }
        if (a instanceof Number x && b instanceof Number y) {
            double left = x.doubleValue();
            double right = y.doubleValue();
            boolean ordered = !Double.isNaN(left) && !Double.isNaN(right);
            return ordered ? holds(operator, left < right ? -1 : left > right ? 1 : 0) : operator.equals("<>");
        }
        return a.getClass() == b.getClass() && a.equals(b) == operator.equals("=");
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
                value == null ? null : strings.contains(value) != negated,
                COMPARISON);
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
                value == null ? null : Pattern.matches(regex.toString(), value) != negated,
                COMPARISON);
    }

    private Sample isNull() {
        String name = any(List.of("s", "none", "i"));
        boolean negated = random.nextBoolean();
        return new Sample(name + " IS" + (negated ? " NOT" : "") + " NULL", name.equals("none") != negated, COMPARISON);
    }

    private static @Nullable String text(String name) {
        return switch (name) {
            case "s" -> "a%b_c";
            case "JMSType" -> "order";
            default -> null;
        };
    }

    private Sample number(int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return any(List.of(
                    atom("i", 5L),
                    atom("j", -3L),
                    atom("f", 2.5),
                    atom("none", null),
                    atom("JMSPriority", 4L),
                    atom("7", 7L),
                    atom("0", 0L),
                    atom("0x1F", 31L),
                    atom("0b1_01", 5L),
                    atom("010", 8L),
                    atom("1.5e1", 15d),
                    atom("0.1f", (double) 0.1f),
                    atom("9223372036854775807L", Long.MAX_VALUE)));
        }
        Sample a = number(depth - 1);
        if (random.nextInt(4) == 0) {
            Object negative = a.value instanceof Long exact
                    ? (Object) (-exact)
                    : a.value instanceof Double approximate ? (Object) (-approximate) : null;
            return random.nextInt(3) == 0
                    ? new Sample("+" + in(a, SIGN), a.value, SIGN)
                    : new Sample("-" + in(a, SIGN), negative, SIGN);
        }
        Sample b = number(depth - 1);
        String operator = any(List.of("+", "-", "*", "/"));
        int rank = "+-".contains(operator) ? SUM : PRODUCT;
        return new Sample(in(a, rank) + operator + in(b, rank + 1), calculate(operator, a.value, b.value), rank);
    }

    private static @Nullable Object calculate(String operator, @Nullable Object a, @Nullable Object b) {
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
