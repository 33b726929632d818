/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules as values and as bytes. */
final class RuleDefinitionTest {
    private static final String HEADER = "01" // format
            + "04" // rule
            + "0000000000000009" // id
            + "0000000000000007" // subscription id
            + "00000001" + "72"; // r
    private static final String NONE = "ffffffff";

    private static RuleDefinition rule(RuleFilter filter, @Nullable String action) {
        return new RuleDefinition(9, 7, "r", filter, action);
    }

    /** Never to be changed: they are on disk. */
    @Nested
    class Bytes {
        private final GoldenBytes<RuleDefinition> golden = new GoldenBytes<>(
                Map.of(
                        HEADER + "01" + NONE,
                        rule(new TrueFilter(), null),
                        HEADER + "02" + "00000008" + "52454d4f56452061",
                        rule(new FalseFilter(), "REMOVE a"),
                        HEADER + "03" + "00000005" + "613d403162" + "00000005" + "01" + "0131" + "1001" + NONE,
                        rule(new SqlFilter("a=@1b", Map.of("1", (byte) 1)), null),
                        HEADER + "04" + "00000002" + "c3bc" + "00000000" + "00000001" + "6c" + NONE + NONE + NONE + NONE
                                + "00000001" + "74" + "00000008" + "01" + "0161" + "12" + "00000005" + NONE,
                        rule(
                                CorrelationFilter.builder()
                                        .correlationId("\u00FC")
                                        .contentType("")
                                        .label("l")
                                        .to("t")
                                        .property("a", 5)
                                        .build(),
                                null),
                        HEADER + "05" + "00000001" + "61" + NONE + "00000001" + "63" + NONE,
                        rule(new SelectorFilter(new SubscriptionFilter("a", null, "c")), null)),
                RuleDefinition::encode,
                RuleDefinition::decode);

        @Test
        void areWritten() {
            golden.requireWritten();
        }

        @Test
        void areRead() {
            golden.requireRead();
        }

        @Test
        void thatAreDamagedFailInNoOtherWay() {
            golden.damage(refusal ->
                    assertThat(refusal).hasMessageMatching("(?s).*(rule|text|map|type|entries|UTF|bytes).*"));
        }

        @Test
        void ofANewerFormatSaySo() {
            byte[] bytes = rule(new TrueFilter(), null).encode();
            bytes[0] = 2;
            assertThatThrownBy(() -> RuleDefinition.decode(ByteBuffer.wrap(bytes)))
                    .hasMessageContaining("format 2")
                    .hasMessageContaining("newer");
        }
    }

    @Nested
    @Tag("R7")
    class Limits {
        private void refused(String why, ThrowingCallable making) {
            assertThatThrownBy(making).isInstanceOf(BrokerException.class).hasMessageContaining(why);
        }

        @Test
        void ofTexts() {
            String full = "x".repeat(1024);
            assertThat(SqlFilter.of(full).expression()).hasSize(1024);
            refused("filter: 1025", () -> SqlFilter.of(full + "x"));
            refused("action: 1025", () -> new RuleDescription("t", "s", "r", new TrueFilter(), full + "x"));
            refused("parameters of a filter: 1025", () -> new SqlFilter("a", Map.of("p", full)));
            refused(
                    "correlation filter: 1025",
                    () -> CorrelationFilter.builder().label(full).to("x").build());
        }

        @Test
        void ofNames() {
            refused("is empty", () -> new RuleDescription("t", "s", "", new TrueFilter()));
            refused("51 characters", () -> new RuleDescription("t", "s", "x".repeat(51), new TrueFilter()));
            refused("'/'", () -> new RuleDescription("t", "s", "a/b", new TrueFilter()));
        }

        @Test
        void ofValues() {
            refused("asks for nothing", () -> CorrelationFilter.builder().build());
            refused(
                    "property 'a'",
                    () -> CorrelationFilter.builder().property("a", new byte[1]).build());
            refused("parameter 'a'", () -> new SqlFilter("a", Map.of("a", List.of())));
        }
    }
}
