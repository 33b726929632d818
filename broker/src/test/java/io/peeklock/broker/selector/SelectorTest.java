/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.Message;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Message selectors, Jakarta Messaging 3.8.1. */
class SelectorTest {

    private static final Message ORDER = Message.builder()
            .messageId("ID:1")
            .correlationId("c1")
            .label("order")
            .sessionId("s1")
            .groupSequence(3)
            .partitionKey("s1")
            .applicationMessageId("m1")
            .contentType("text/plain")
            .to("somewhere")
            .replyToSessionId("r1")
            .priority(7)
            .creationTimeMs(5000)
            .property("yes", true)
            .property("no", false)
            .property("byte", (byte) 1)
            .property("short", (short) 2)
            .property("int", 5)
            .property("negative", -10)
            .property("long", Long.MAX_VALUE)
            .property("least", Long.MIN_VALUE)
            .property("float", 1.5f)
            .property("tenth", 0.1f)
            .property("double", 7000d)
            .property("nan", Double.NaN)
            .property("text", "abcd")
            .property("quoted", "it's")
            .property("digits", "7")
            .property("$dollar", true)
            .property("_under", true)
            .property("größe", 5)
            .build();

    private static boolean matches(String selector) {
        return Selector.parse(selector).matches(ORDER, 0, Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // literals
                "quoted = 'it''s'",
                "long = 9223372036854775807L AND least = -9223372036854775808L",
                "least = -9223372036854775808 AND least = - 9223372036854775808",
                "int = 5 AND int = 005 AND int = 0x5 AND int = 0X05l AND negative = -10",
                "35 = 043 AND 29 = 0x1d AND 29 = 035",
                "double = 7E3 AND double = 7000. AND double = .7e4 AND double = 7000.0 AND double = 7e+3 AND double = 7000d",
                "float = 1.5f AND float = 15E-1 AND 0 = 0.0 AND 0 = 0x0",
                "yes = TRUE AND no = FALSE AND yes = true AND no <> tRuE",
                "0b101 = 5 AND 0B11L = 3 AND 1_000 = 1000 AND 0_17 = 15 AND 0x7fff_ffff = 2147483647 AND 1_0.2_5e0_1 = 102.5",
                "0xFFFFFFFFFFFFFFFFL = -1 AND 0x8000000000000000 = least AND 01777777777777777777777 = -1",
                "0x1.8p3 = 12 AND 0X1P-1 = .5 AND 0x.8p1f = 1 AND 0xap0 = 10",
                "tenth = 0.1f AND tenth <> 0.1 AND double = 7e3F",
                "TRUE",
                "yes",
                // identifiers
                "$dollar AND _under AND größe = 5",
                "JMSDeliveryMode = 'PERSISTENT' AND JMSPriority = 7 AND JMSMessageID = 'ID:1' AND JMSTimestamp = 5000",
                "JMSCorrelationID = 'c1' AND JMSType = 'order'",
                "JMSXGroupID = 's1' AND JMSXGroupSeq = 3 AND JMSXDeliveryCount = 1",
                "JMS_SB_PartitionKey = 's1' AND JMS_SB_MessageId = 'm1' AND JMS_SB_ContentType = 'text/plain'",
                "JMS_SB_To = 'somewhere' AND JMS_SB_ReplyToSessionId = 'r1'",
                "JMSXUserID IS NULL AND JMS_other IS NULL",
                "INT IS NULL",
                // white space, case
                "\t int\n=\r\n5\f AND(yes)",
                "int between 1 and 10 and text in ('x', 'abcd') and text like 'ab%' escape '!' and nothing is null or false",
                // comparison
                "int > 0 AND int >= 5 AND int < 6 AND int <= 5 AND int <> 6 AND byte < short AND short < float + 1",
                "int = 5.0 AND double = 7000 AND float > byte",
                "text = 'abcd' AND text <> 'ABCD' AND 'a' = 'a'",
                "(int > 3) = TRUE AND (int > 3) <> no",
                // values of different types are neither equal nor different
                "NOT text = 5 AND NOT text <> 5 AND NOT yes = 'TRUE' AND NOT int = 'five'",
                "NOT text > 3",
                "nan <> nan AND NOT nan = nan AND NOT nan < 1",
                // arithmetic
                "-int < 0 AND +negative < 0 AND int*2 = 10 AND negative/2 = -5 AND int+5 = 10 AND int-5 = 0",
                "- int + int = 0 AND 1 + 2 * 3 - 4 / 4 = 6 AND (1 + 2) * 3 = 9 AND 7 / 2 = 3 AND 7 / 2.0 = 3.5",
                "10 - 3 - 2 = 5 AND 100 / 10 / 5 = 2 AND - - 3 = 3 AND int - -5 = 10",
                "1.0 / 0 > 5",
                "int / 0 = 1 OR yes",
                // between, in, like, null
                "int BETWEEN 5 AND 10 AND int BETWEEN -1 AND 5 AND int NOT BETWEEN 6 AND 10 AND float BETWEEN 1 AND 2",
                "int + 1 BETWEEN 3 + 3 AND 2 * 3 AND yes",
                "text IN ('x','abcd','y') AND text NOT IN ('ABCD')",
                "text LIKE 'abcd' AND text LIKE 'a_c_' AND text LIKE '%' AND text LIKE 'a%d' AND text LIKE '%b%'",
                "text LIKE 'ab%cd' AND text LIKE '____' AND text NOT LIKE '___' AND text NOT LIKE 'ABCD'",
                "nothing IS NULL AND text IS NOT NULL",
                // three values
                "NOT (nothing = 1) OR yes",
                "yes OR nothing",
                "nothing OR yes",
                "NOT (no AND nothing)",
                "NOT (nothing AND no)",
                // precedence
                "yes OR yes AND no",
                "NOT no AND yes",
                "yes AND NOT no",
                "NOT int = 4",
                "NOT NOT yes",
                "TRUE OR (FALSE AND FALSE)",
            })
    void chooses(String selector) {
        assertThat(matches(selector)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no",
                "FALSE",
                "nothing",
                "text",
                "int",
                "nothing = 1",
                "nothing <> 1",
                "nothing = nothing",
                "NOT nothing",
                "NOT text",
                "nothing AND yes",
                "no OR nothing",
                "nothing OR nothing",
                "NOT (yes AND nothing)",
                "NOT (no OR nothing)",
                "nothing + 2 < 10",
                "text + 2 < 10",
                "-text < 0",
                "+text < 10",
                "text = 5",
                "text <> 5",
                "digits = 7",
                "digits BETWEEN 5 AND 10",
                "digits NOT BETWEEN 8 AND 10",
                "nothing BETWEEN 1 AND 2",
                "nothing NOT BETWEEN 1 AND 2",
                "int IN ('5')",
                "int NOT IN ('foo')",
                "nothing IN ('a')",
                "nothing NOT IN ('a')",
                "int LIKE '5'",
                "int NOT LIKE '6'",
                "nothing LIKE '%'",
                "nothing NOT LIKE 'x'",
                "int / 0 = 1",
                "int / 0 <> 1",
                "text IN ('ABCD')",
                "Text = 'abcd'",
                "text IS NULL",
                "nothing IS NOT NULL",
                "NOT yes AND no",
                "(yes OR no) AND no",
                "JMSPriority = 'PERSISTENT'",
            })
    void doesNotChoose(String selector) {
        assertThat(matches(selector)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NULL = 0",
                "TRUE = 0",
                "FALSE = 0",
                "NOT = 0",
                "AND = 0",
                "OR = 0",
                "BETWEEN = 0",
                "LIKE = 0",
                "IN = 0",
                "IS = 0",
                "ESCAPE = 0",
                "null = 0",
                "escape = 1",
                "text > 'foo'",
                "text >= 'foo'",
                "text < 'foo'",
                "text <= 'foo'",
                "'foo' > TRUE",
                "'foo' >= TRUE",
                "'foo' < TRUE",
                "'foo' <= TRUE",
                "yes < TRUE",
                "TRUE = 'TRUE'",
                "5 = 'five'",
                "text BETWEEN 'a' AND 'b'",
                "'a' BETWEEN 1 AND 2",
                "text NOT IN (1,2,3)",
                "text IN ()",
                "text IN 'a'",
                "text IN ('a',)",
                "text IN ('a' 'b')",
                "text IN (text)",
                "5 IN ('a')",
                "text LIKE 7",
                "text LIKE yes",
                "'a' LIKE 'a'",
                "text LIKE 'a' ESCAPE 'ab'",
                "text LIKE 'a' ESCAPE ''",
                "text LIKE 'a!' ESCAPE '!'",
                "text LIKE 'a' ESCAPE 5",
                "'a' IS NULL",
                "5 IS NULL",
                "(text) LIKE",
                "text IS",
                "text IS NOT",
                "text IS TRUE",
                "text NOT",
                "text NOT = 5",
                "int BETWEEN 1",
                "int BETWEEN 1 AND",
                "int BETWEEN 1 OR 2",
                "5",
                "'text'",
                "-5",
                "int + 1",
                "-int",
                "int AND 5",
                "'a' OR yes",
                "NOT 5",
                "NOT 'a'",
                "NOT (int + 1)",
                "'a' + 1 = 2",
                "-'a' = 1",
                "TRUE + 1 = 2",
                "-TRUE = 1",
                "(int > 1) + 1 = 2",
                "+'a' = 1",
                "int = 5 = 5",
                "int == 5",
                "int != 5",
                "int >< 5",
                "int = ",
                "= 5",
                "int 5",
                "yes no",
                "yes,",
                "(yes",
                "yes)",
                "()",
                "((yes)",
                "'open",
                "text = 'it's'",
                "text = \"abcd\"",
                "yes & no",
                "yes;",
                "int # 1",
                "int = 5abc",
                "int = 0x",
                "int = 0xg",
                "int = 08",
                "int = 9223372036854775808",
                "int = -9223372036854775809",
                "int = 1e",
                "int = 1e+",
                "int = 1e999",
                "int = 1.2.3",
                "int = 1_",
                "int = 1_.5",
                "int = 1._5",
                "int = 1e_5",
                "int = 0x_1",
                "int = 0b",
                "int = 0b2",
                "int = 0x1.8",
                "int = 0x.p1",
                "int = 0xp1",
                "int = 0x1p",
                "int = 0x1FFFFFFFFFFFFFFFF",
                "float = 1e40f",
                "int = .",
                "JMSDestination = 'x'",
                "JMSReplyTo = 'x'",
                "JMSExpiration > 0",
                "JMSRedelivered",
                "JMSDeliveryTime > 1",
                "JMSFoo = 1",
                "JMS_SB_SequenceNumber = 1",
                "JMS_SB_LockedUntil > 5",
                "a.b = 1",
                "a-b",
                "1a = 1",
            })
    void isRefused(String selector) {
        assertThatThrownBy(() -> Selector.parse(selector))
                .isInstanceOf(BrokerException.class)
                .hasMessageMatching("Invalid selector at position \\d+: .+");
    }

    @Nested
    class OfASession {

        @Test
        void isKnownByItsFormAlone() {
            assertThat(Selector.parse(" JMSXGroupID='s''1' ").session()).contains("s'1");
            assertThat(Selector.parse("JMSXGroupID <> 's1'").session()).isEmpty();
            assertThat(Selector.parse("JMSXGroupID = 's1' AND yes").session()).isEmpty();
            assertThat(Selector.parse("'s1' = JMSXGroupID").session()).isEmpty();
            assertThat(Selector.parse("JMSType = 's1'").session()).isEmpty();
        }
    }

    @Test
    @Tag("L11")
    void seesWhatSettlementsChangedInsteadOfWhatWasSent() throws Exception {
        Message message = Message.builder().property("colour", "red").build();
        Map<String, @Nullable Object> changes = new HashMap<>();
        changes.put("colour", "blue");
        changes.put("DeadLetterReason", "TooOld");
        assertThat(Selector.parse("colour = 'blue' AND DeadLetterReason = 'TooOld'")
                        .matches(message, 0, changes))
                .isTrue();
        assertThat(Selector.parse("colour = 'red'").matches(message, 0, changes))
                .isFalse();
        changes.put("colour", null);
        assertThat(Selector.parse("colour IS NULL").matches(message, 0, changes))
                .isTrue();
    }
}
