/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** SQL actions of rules. */
@Tag("R6")
class SqlActionTest {
    private final Message message = Message.builder()
            .messageId("m1")
            .correlationIdBytes(new byte[] {65})
            .to("here")
            .sessionId("s")
            .partitionKey("s")
            .priority(7)
            .durable(false)
            .groupSequence(3)
            .creationTimeMs(99)
            .timeToLiveMs(1000)
            .deliveryDelayMs(5)
            .property("Color", "red")
            .property("size", 5)
            .body(BodyKind.TEXT, new byte[] {1, 2, 3})
            .build();

    private Message applied(String action) {
        try {
            return SqlAction.parse(action).apply(new MessageView(message, () -> -1), "rule");
        } catch (RuleEvaluationException e) {
            throw new AssertionError(action, e);
        }
    }

    private void fails(String action, String why) {
        SqlAction parsed = SqlAction.parse(action);
        assertThatThrownBy(() -> parsed.apply(new MessageView(message, () -> 1), "rule"))
                .isInstanceOf(RuleEvaluationException.class)
                .hasMessageContaining(why);
    }

    private static void refused(String action, String why) {
        assertThatThrownBy(() -> SqlAction.parse(action))
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation))
                .hasMessageContaining(why);
    }

    @Test
    void leavesEverythingElseAsItIs() {
        Message expected = message.toBuilder()
                .property("other", "x")
                .property("RuleName", "rule")
                .build();
        assertThat(applied("SET other = 'x'")).isEqualTo(expected);
        assertThat(message.property("other")).isNull();
    }

    @Nested
    class Sets {
        @Test
        void propertiesOfTheApplication() {
            Message changed = applied("SET a = 1 + 1, SET user.[b c] = 'x';, SET d = 2.5, SET e = TRUE;");
            assertThat(changed.property("a")).isEqualTo(2L);
            assertThat(changed.property("b c")).isEqualTo("x");
            assertThat(changed.property("d")).isEqualTo(2.5);
            assertThat(changed.property("e")).isEqualTo(true);
        }

        @Test
        @Tag("R5")
        void aPropertyInWhateverCaseItIsWritten() {
            Message changed = applied("SET COLOR = 'blue'");
            assertThat(changed.property("Color")).isEqualTo("blue");
            assertThat(changed.property("COLOR")).isNull();
        }

        @Test
        void aCopyOfTheSameTypeAndWhatEarlierOnesDid() {
            Message changed = applied("SET copy = SIZE, SET more = copy + 1, SET copy = more * 2");
            assertThat(changed.property("more")).isEqualTo(6L);
            assertThat(changed.property("copy")).isEqualTo(12L);
            assertThat(applied("SET copy = size").property("copy")).isEqualTo(5);
        }

        @Test
        void fieldsOfTheSystem() {
            Message changed = applied("SET sys.Label = 'L' + 'M', SET sys.To = sys.label, SET sys.CorrelationId = size,"
                    + " SET sys.ReplyTo = 'r', SET sys.ContentType = 'c', SET sys.MessageId = newid(),"
                    + " SET sys.TimeToLive = 2 * sys.TimeToLive, SET sys.ReplyToSessionId = 'rs'");
            assertThat(changed.label()).isEqualTo("LM");
            assertThat(changed.to()).isEqualTo("LM");
            assertThat(changed.correlationId()).isEqualTo("5");
            assertThat(changed.correlationIdBytes()).isNull();
            assertThat(changed.replyTo()).isEqualTo("r");
            assertThat(changed.replyToSessionId()).isEqualTo("rs");
            assertThat(changed.contentType()).isEqualTo("c");
            assertThat(UUID.fromString(changed.applicationMessageId()).version())
                    .isEqualTo(4);
            assertThat(changed.timeToLiveMs()).isEqualTo(2000);
        }

        @Test
        void nothingIfTheValueIsUnknown() {
            assertThat(applied("SET Color = nothing, SET sys.To = NULL").property("Color"))
                    .isNull();
            assertThat(applied("SET sys.To = nothing").to()).isNull();
        }
    }

    @Test
    void mayHaveSemicolonsBetweenItsStatementsInsteadOfCommas() {
        Message changed = applied("SET size = size / 2; REMOVE color;SET sys.CorrelationId = 'low';");
        assertThat(changed.property("size")).isEqualTo(2L);
        assertThat(changed.property("Color")).isNull();
        assertThat(changed.correlationId()).isEqualTo("low");
    }

    @Test
    void removesPropertiesAndFields() {
        Message changed =
                applied("REMOVE color, REMOVE user.size, REMOVE nothing, REMOVE sys.To, REMOVE sys.TimeToLive");
        assertThat(changed.properties()).containsOnlyKeys("RuleName");
        assertThat(changed.to()).isNull();
        assertThat(changed.timeToLiveMs()).isZero();
    }

    @Test
    @Tag("R2")
    void alwaysSaysWhichRuleItWas() {
        assertThat(applied("SET RuleName = 'another', SET rulename = 'a third'").property("RuleName"))
                .isEqualTo("rule");
    }

    @Test
    void tellsWhetherItMovesTheMessage() {
        assertThat(SqlAction.parse("SET sys.sessionid = 'x'").changesKeys()).isTrue();
        assertThat(SqlAction.parse("REMOVE sys.PartitionKey").changesKeys()).isTrue();
        assertThat(SqlAction.parse("SET SessionId = 'x', SET sys.Label = 'y'").changesKeys())
                .isFalse();
    }

    @Nested
    @Tag("D3")
    class CannotBeDone {
        @Test
        void whenItMakesWhatNoMessageMayHave() {
            fails("SET sys.SessionId = 'other'", "session id and partition key differ");
            fails("SET sys.TimeToLive = -1", "negative");
            fails("SET sys.TimeToLive = 'x'", "whole number of milliseconds");
            fails("SET x = 1 / 0", "divided by 0");
            fails("SET x = sys.Nothing", "no system property Nothing");
        }

        @Test
        @Tag("Q2")
        void whenPropertiesBecomeTooLarge() {
            String x = "'" + "x".repeat(900) + "'";
            SqlAction doubling =
                    SqlAction.parse("SET a = " + x + ", SET a = a+a, SET a = a+a, SET a = a+a, SET a = a+a,"
                            + " SET b = a, SET c = a, SET d = a, SET e = a");
            assertThatThrownBy(() -> doubling.apply(new MessageView(message, () -> 1), "rule"))
                    .hasMessageContaining("at most 65536 are allowed");
        }
    }

    @Nested
    @Tag("R7")
    class IsRefused {
        @Test
        void whenItIsNone() {
            refused("", "expected SET or REMOVE");
            refused("a = 1", "expected SET or REMOVE");
            refused("SET a", "expected =");
            refused("SET 5 = 1", "expected the name of a property");
            refused("SET a = 1 REMOVE b", "expected the end or a comma");
            refused("SET a = 1,", "expected SET or REMOVE");
            refused("SET a = 1;;", "expected SET or REMOVE");
            refused("SET p('a') = 1", "expected =");
            refused("SET sys.SequenceNumber = 1", "no system property SequenceNumber");
            refused("REMOVE sys.Body", "no system property Body");
            refused("SET a = b = c", "expected the end or a comma");
        }

        @Test
        void whenItHasMoreThanThirtyTwoStatements() {
            String full = "SET a=1" + ",SET a=1".repeat(31);
            assertThat(applied(full).property("a")).isEqualTo(1L);
            refused(full + ",SET a=1", "at most 32 statements");
        }
    }
}
