/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL filters of rules. */
class SqlConditionTest {
    private static final UUID ID = new UUID(1, 2);

    private final Message message = Message.builder()
            .label("Order")
            .applicationMessageId("m1")
            .messageId("provider's")
            .timeToLiveMs(5000)
            .property("Color", "red")
            .property("size", 5)
            .property("weight", 2.5)
            .property("big", true)
            .property("letter", 'x')
            .property("id", ID)
            .property("at", Instant.ofEpochMilli(1000))
            .property("bytes", new byte[] {1})
            .property("odd name]", "here")
            .property("sys.Label", "not the system's")
            .build();

    private boolean takes(String text) {
        return takes(text, Map.of());
    }

    private boolean takes(String text, Map<String, Object> parameters) {
        try {
            return SqlCondition.parse(text, parameters).takes(new MessageView(message, () -> 7));
        } catch (RuleEvaluationException e) {
            throw new AssertionError(text, e);
        }
    }

    private static void refused(String text, String why) {
        assertThatThrownBy(() -> SqlCondition.parse(text, Map.of()))
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation))
                .hasMessageContaining(why);
    }

    @Nested
    @Tag("R4")
    class IsTrue {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1=1",
                    "TRUE",
                    "big",
                    "Color = 'red'",
                    "Color <> 'blue'",
                    "Color != 'blue' AND size > 4",
                    "size >= 5 AND size <= 5 AND size < 5.5",
                    "Color < 'sed' AND Color > 'Red'",
                    "NOT size = 6",
                    "NOT NOT size = 5",
                    "size = 6 OR Color = 'red'",
                    "size = 6 OR size = 7 OR size = 5 AND big = true",
                    "Color IN ('blue', 'red')",
                    "size IN (4 + 1)",
                    "Color NOT IN ('blue')",
                    "Color LIKE 'r%'",
                    "Color LIKE '_e_'",
                    "Color NOT LIKE 'b%'",
                    "Color LIKE 'r!e%' ESCAPE '!'",
                    "'100%' LIKE '100\\%' ESCAPE '\\'",
                    "'red' LIKE Color",
                    "letter = 'x'",
                    "nothing IS NULL AND Color IS NOT NULL",
                    "EXISTS(Color) AND NOT EXISTS(nothing)",
                    "exists (sys.label) AND NOT EXISTS(sys.To)",
                    "size + 2 * 3 - 1 = 10",
                    "(size + 2) * 3 = 21",
                    "size / 2 = 2 AND size % 2 = 1 AND size / 2.0 = 2.5",
                    "-size = -5 AND +size = 5 AND - -5 = 5",
                    "weight * 2 = size",
                    "1.5E1 = 15 AND 0.5e-1 = 0.05 AND .5 = 0.5",
                    "-9223372036854775808 < 0 AND 9223372036854775807 > 0 AND 007 = 7",
                    "Color + '!' = 'red!'",
                    "sys.Label = 'Order' AND SYS.LABEL = 'Order' AND sys.subject = 'Order'",
                    "sys.MessageId = 'm1' AND sys.TimeToLive = 5000",
                    "user.Color = 'red' AND User.[Color] = 'red'",
                    "[odd name]]] = 'here' AND \"odd name]\" = 'here'",
                    "[sys.Label] = 'not the system''s'",
                    "property('Color') = 'red' AND p('user.Color') = 'red' AND p('sys.Label') = 'Order'",
                    "p('Col' + 'or') = 'red' AND P(nothing) IS NULL",
                    "newid() <> id",
                    "size = 5 and not (Color like 'b%' or big = false)",
                    "[AND] IS NULL",
                    "$x IS NULL AND _y IS NULL AND straße IS NULL",
                })
        void forThisMessage(String text) {
            assertThat(takes(text)).isTrue();
        }

        @Test
        @Tag("R5")
        void whateverTheCaseOfThePropertysName() {
            assertThat(takes("COLOR = 'red' AND user.cOlOr = 'red' AND p('COLOR') = 'red'"))
                    .isTrue();
        }

        @Test
        void withNamedParameters() {
            Map<String, Object> parameters =
                    Map.of("wanted", "red", "n", 5, "id", ID, "from", Instant.ofEpochMilli(999));
            assertThat(takes("Color = @wanted AND size = @n AND id = @id AND at > @from", parameters))
                    .isTrue();
        }

        @Test
        void ofTwoNamesThatDifferInCaseForTheOneThatIsWrittenSo() throws RuleEvaluationException {
            Message two = Message.builder().property("a", 1).property("A", 2).build();
            assertThat(SqlCondition.parse("a = 1 AND A = 2", Map.of()).takes(new MessageView(two, () -> 1)))
                    .isTrue();
        }
    }

    @Nested
    @Tag("R5")
    class IsFalseOrUnknown {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Color = 'RED'",
                    "nothing = 1",
                    "NOT nothing = 1",
                    "nothing <> 1",
                    "nothing = nothing",
                    "nothing IN (1)",
                    "nothing NOT IN (1)",
                    "size NOT IN (4, nothing)",
                    "nothing LIKE '%'",
                    "nothing NOT LIKE '%'",
                    "Color LIKE nothing",
                    "nothing + 1 = 1",
                    "-nothing = 1",
                    "-Color = 1",
                    "NULL = NULL",
                    "Color = 5",
                    "NOT Color = 5",
                    "Color < 5",
                    "size LIKE '5'",
                    "big > false",
                    "id > id",
                    "bytes = bytes",
                    "Color - 1 = 0",
                    "Color",
                    "sys.To = 'x'",
                    "sys.To <> 'x'",
                    "nothing = 1 AND size = 5",
                    "NOT (nothing = 1 OR size = 6)",
                    "FALSE",
                })
        void forThisMessage(String text) {
            assertThat(takes(text)).isFalse();
        }

        @Test
        void butTrueWhereTheTablesOfThreeValuedLogicSaySo() {
            assertThat(takes("nothing = 1 OR size = 5")).isTrue();
            assertThat(takes("NOT (nothing = 1 AND size = 6)")).isTrue();
            assertThat(takes("size IN (nothing, 5)")).isTrue();
        }
    }

    @Nested
    @Tag("R5")
    @Tag("D3")
    class CannotBeEvaluated {
        private void fails(String text, String why) {
            SqlCondition condition = SqlCondition.parse(text, Map.of());
            assertThatThrownBy(() -> condition.takes(new MessageView(message, () -> 7)))
                    .isInstanceOf(RuleEvaluationException.class)
                    .hasMessageContaining(why);
        }

        @Test
        void whenASystemPropertyDoesNotExist() {
            fails("sys.Colour = 'red'", "no system property Colour");
            fails("p('sys.Colour') IS NULL", "no system property Colour");
            fails("EXISTS(sys.Colour)", "no system property Colour");
        }

        @Test
        void whenAWholeNumberIsDividedByNothing() {
            fails("1 / (size - 5) = 1", "divided by 0");
            fails("1 % (size - 5) = 1", "divided by 0");
        }

        @Test
        void whenAMessageMakesAPatternThatIsNone() {
            fails("Color LIKE Color + '!' ESCAPE '!'", "ends with its escape character");
            fails("Color LIKE 'a' ESCAPE Color", "one character");
            fails("property(size) = 1", "no text");
        }

        @Test
        void unlessNothingDependsOnIt() {
            assertThat(takes("size = 5 OR sys.Colour = 'red'")).isTrue();
            assertThat(takes("size = 6 AND sys.Colour = 'red'")).isFalse();
        }
    }

    @Nested
    @Tag("R4")
    class IsRefused {
        @Test
        void whenItIsNoCondition() {
            refused("", "expected a property, a value, NOT or (, found the end");
            refused("5", "position 0: a condition is needed");
            refused("size = 5 AND 'x'", "position 13: a condition is needed");
            refused("NOT 5", "a condition is needed");
            refused("(size = 5) + 1 = 2", "a value is needed");
            refused("size = 5 size", "expected the end, AND or OR, found size");
            refused("size =", "found the end");
            refused("size BETWEEN 1 AND 2", "found BETWEEN");
            refused("size NOT = 5", "expected IN or LIKE");
            refused("5 IS NULL", "left of IS NULL stands a property");
            refused("EXISTS(5)", "expected the name of a property");
            refused("Color IN ()", "found )");
            refused("Color LIKE 5", "are texts");
            refused("Color LIKE 'a!' ESCAPE '!'", "ends with its escape character");
            refused("Color LIKE 'a' ESCAPE '!!'", "one character");
            refused("SET a = 1", "found SET");
        }

        @Test
        void whenAWordOfItIsNone() {
            refused("Color = 'red", "no closing quote");
            refused("[Color = 1", "no closing bracket");
            refused("[] = 1", "a name is empty");
            refused("a.Color = 1", "the scope before the point is sys or user");
            refused("sys. = 1", "expected the name of a property");
            refused("size = 9223372036854775808", "too large for a long");
            refused("size = 99999999999999999999", "too large for a long");
            refused("size = 1e999", "too large for a double");
            refused("size = 1e", "no digits");
            refused("size = 5x", "must not run into a name");
            refused("size # 5", "'#' means nothing here");
            refused("size = @n", "the parameter @n has no value");
            refused("abs(size) = 5", "there is no function abs");
            refused("newid(1) IS NULL", "expected ), found 1");
        }

        @Test
        @Tag("R7")
        void whenItNestsTooDeep() {
            String deep = "(".repeat(SqlParser.MAX_DEPTH) + "1=1" + ")".repeat(SqlParser.MAX_DEPTH);
            assertThat(takes(deep)).isTrue();
            refused("(" + deep + ")", "nest deeper than 50");
            refused("NOT ".repeat(51) + "1=1", "nest deeper than 50");
            refused("1 = " + "-".repeat(51) + "1", "nest deeper than 50");
            refused("1 = " + "p(".repeat(51) + "'a'", "nest deeper than 50");
        }
    }

    @Test
    void chainsAreAsLongAsTheTextMayBe() {
        assertThat(takes("size=5" + " OR size=5".repeat(100))).isTrue();
        assertThat(takes("5" + "+0".repeat(500) + "=size")).isTrue();
    }

    @Test
    void noTextGrowsBeyondWhatAMessageMayCarry() {
        Message large = Message.builder().property("p", "x".repeat(60_000)).build();
        SqlCondition condition = SqlCondition.parse("p+p = ''", Map.of());
        assertThatThrownBy(() -> condition.takes(new MessageView(large, () -> 1)))
                .hasMessageContaining("longer than 65536 characters");
        SqlCondition like = SqlCondition.parse("p LIKE p", Map.of());
        assertThatThrownBy(() -> like.takes(new MessageView(large, () -> 1))).hasMessageContaining("at most 1024");
    }
}
