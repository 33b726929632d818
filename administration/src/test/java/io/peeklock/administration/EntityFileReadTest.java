/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is wrong with a file is said all at once, with path, line and what is allowed.
 *
 * <p>One thread.
 */
@Tag("W4")
final class EntityFileReadTest {

    private static ConfigException failure(String document) {
        return catchThrowableOfType(ConfigException.class, () -> EntityFile.parse(document));
    }

    private static List<String> problems(String document) {
        return failure(document).problems().stream().map(Problem::toString).toList();
    }

    /** The one problem of a queue with these properties. */
    private static String problemOf(String properties) {
        List<String> all = problems(FileFixture.queues("{'Name': 'q', 'Properties': {" + properties + "}}"));
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void aFieldOfTheOtherSectionSaysWhereItStands() {
        String document = """
                {"UserConfig": {"Namespaces": [{"Name": "n", "Queues": [
                  {"Name": "a", "Properties": {"abandonBackOff": "PT1S"}, "Peeklock": {"LockDuration": "PT1M"}}
                ]}]}}
                """;
        assertThat(problems(document))
                .satisfiesExactly(
                        one -> assertThat(one)
                                .endsWith(
                                        "Queues[0].Properties.abandonBackOff: this field stands in the object \"Peeklock\""
                                                + " beside this one"),
                        two -> assertThat(two)
                                .endsWith(
                                        "Queues[0].Peeklock.LockDuration: this field stands in the object \"Properties\""
                                                + " beside this one"));
    }

    @Test
    void everythingThatIsWrongIsSaidInTheOrderOfTheFileWithLineAndPath() {
        String document = """
                {
                  "UserConfig": {
                    "Namespaces": [
                      {
                        "Queues": [
                          {
                            "Name": "a",
                            "Properties": {
                              "LockDuration": "PT10M",
                              "MaxDeliveryCont": 3
                            }
                          },
                          { "Name": "a" },
                          { "Name": "b//c" }
                        ],
                        "Topics": [
                          {
                            "Name": "t",
                            "Properties": { "RequiresSession": true },
                            "Subscriptions": [ { "Name": "s", "Rules": [ { "Name": "r", "Properties": { "FilterType": "Sql" } } ] } ]
                          }
                        ],
                        "Policies": []
                      }
                    ]
                  }
                }
                """;
        assertThat(problems(document))
                .satisfiesExactly(
                        one -> assertThat(one)
                                .isEqualTo(
                                        "line 9, column 31: UserConfig.Namespaces[0].Queues[0].Properties.LockDuration: a"
                                                + " duration from PT1S to PT5M is needed, not 'PT10M'"),
                        two -> assertThat(two)
                                .startsWith(
                                        "line 10, column 15: UserConfig.Namespaces[0].Queues[0].Properties.MaxDeliveryCont:"
                                                + " there is no such field here; known are ")
                                .contains("MaxDeliveryCount, "),
                        three -> assertThat(three)
                                .startsWith("line 13, ")
                                .contains("Queues[1].Name: the name 'a' is there twice, first in line 7, column 21"),
                        four -> assertThat(four).startsWith("line 14, ").contains("Queues[2]: ", "'//'"),
                        five -> assertThat(five)
                                .startsWith("line 19, ")
                                .contains("Topics[0].Properties.RequiresSession: there is no such field"),
                        six -> assertThat(six)
                                .startsWith("line 20, ")
                                .contains("Rules[0].Properties: the field SqlFilter is missing"),
                        seven ->
                                assertThat(seven).startsWith("line 23, ").contains("Policies: there is no such field"));
    }

    @Test
    void theErrorHasACodeAndNamesTheFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("Config.json"), "{}");
        assertThatThrownBy(() -> EntityFile.read(file))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation))
                .hasMessage(
                        file + " was not applied, nothing of it:\n  line 1, column 1: the field UserConfig is missing");
        assertThatThrownBy(() -> EntityFile.read(directory.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Nested
    class Json {

        @Test
        void thatIsNoneIsRefusedWithLineAndColumn() {
            assertThat(problems("{\n  \"UserConfig\": {\n    oops\n  }\n}"))
                    .singleElement()
                    .asString()
                    .startsWith("line 3, column ")
                    .contains("this is no JSON");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "   ",
                    "null",
                    "[]",
                    "{",
                    "{} {}",
                    "{'UserConfig': {'Namespaces': [{}]},,}",
                    "{'UserConfig': {'Namespaces': [,{}]}}",
                    "# c\n{'UserConfig': {'Namespaces': [{}]}}",
                    "{'a': NaN}",
                    "{a: 1}",
                    "{'a': 'b"
                })
        void thatIsNotAnObjectOrNoJsonIsRefused(String document) {
            assertThat(problems(document.replace('\'', '"'))).isNotEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/* c */ {'UserConfig': {'Namespaces': [{'Queues': [{'Name': 'q'}]}]}} // c",
                    "{'UserConfig': { // c\n'Namespaces': [{'Queues': [{'Name': 'q',},],},],},}",
                    "{'userconfig': {'namespaces': [{'QUEUES': [{'name': 'q', 'properties': {'lockduration': 'PT1M'}}]}]}}"
                })
        void mayHaveWhatTheEmulatorsReaderTakes(String document) {
            assertThatCode(() -> EntityFile.parse(document.replace('\'', '"'))).doesNotThrowAnyException();
        }

        @Test
        void mayNotHaveAFieldTwiceInWhateverCase() {
            for (String names :
                    List.of("LockDuration lockDuration", "lockDuration LockDuration", "LOCKDURATION lockduration")) {
                String[] both = names.split(" ");
                assertThat(problemOf("'" + both[0] + "': 'PT1M', '" + both[1] + "': 'PT2M'"))
                        .endsWith("the field is there twice: the case of names does not count");
            }
        }

        @Test
        void ofAnotherCaseHasValuesThatAreCheckedWhereTheyStand() {
            assertThat(problemOf("'lockduration': 'PT1H'")).contains("Properties.LockDuration: a duration from");
        }

        @Test
        void thatNestsDeeplyIsRefused() {
            assertThat(problems("[".repeat(100_000))).singleElement().asString().contains("no JSON");
        }

        @Test
        void thatIsTooLargeIsRefusedUnread(@TempDir Path directory) throws IOException {
            Path file = directory.resolve("large.json");
            Files.write(file, new byte[EntityFile.MAX_BYTES + 1]);
            assertThatThrownBy(() -> EntityFile.read(file)).hasMessageContaining("more than " + EntityFile.MAX_BYTES);
        }

        @Test
        void thatIsNotUtf8IsRefused(@TempDir Path directory) throws IOException {
            Path file = Files.write(
                    directory.resolve("latin.json"), "{\"\u00e4\": 1}".getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> EntityFile.read(file)).hasMessageContaining("UTF-8");
        }

        @Test
        void mayBeginWithAByteOrderMarkAndNameItsSchema() {
            EntityFile.parse("\uFEFF{\"$schema\": \"x\", \"UserConfig\": {\"Namespaces\": [{}]}}");
        }

        @Test
        void withAFieldTwiceIsRefused() {
            assertThat(problemOf("'Status': 'Active', 'Status': 'Disabled'"))
                    .contains("Queues[0].Properties.Status: the field is there twice");
        }

        @Test
        void withControlCharactersIsShownHarmless() {
            assertThat(failure(FileFixture.queues("{'Name': 'q', '\\u001b[31m': 1}"))
                            .getMessage())
                    .contains("?[31m")
                    .doesNotContain("\u001b");
        }
    }

    @Nested
    class Values {

        @ParameterizedTest
        @ValueSource(
                strings = {"1 minute", "60", "PT", "P", "PT1", "-PT5S", "PT-5S", "pt5s", "P1DT", "00:01:00", "PT1S ", ""
                })
        void thatAreNoDurationAreRefusedWithWhatIsOne(String text) {
            assertThat(problemOf("'LockDuration': '" + text + "'")).contains("ISO 8601", "PT5M");
        }

        @ParameterizedTest
        @ValueSource(strings = {"P1Y", "P2M", "P1W", "P1Y2M3DT4H"})
        void ofTheCalendarAreRefusedAsDurations(String text) {
            assertThat(problemOf("'DefaultMessageTimeToLive': '" + text + "'")).contains("years, months and weeks");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "'LockDuration': 'PT0.5S' | from PT1S to PT5M",
                    "'LockDuration': 60 | a duration, as \"PT1M\", is needed here, not a number",
                    "'MaxDeliveryCount': 0 | from 1 to 2147483647 is needed, not '0'",
                    "'MaxDeliveryCount': 2.5 | not '2.5'",
                    "'MaxDeliveryCount': 99999999999999999999 | from 1 to 2147483647",
                    "'MaxDeliveryCount': '3' | a whole number is needed here, not a text",
                    "'RequiresSession': 'true' | true or false is needed here, not a text",
                    "'Status': 'active' | Active, Disabled, SendDisabled or ReceiveDisabled is needed, not 'active'",
                    "'AutoDeleteOnIdle': 'PT4M' | from PT5M to P10675199DT2H48M5.4775807S, which is no limit,",
                    "'ForwardTo': 'a/../b' | '..'",
                    "'MaxMessageSizeInKilobytes': 102401 | from 1 to 102400",
                    "'RequiresDuplicateDetection': true, 'DuplicateDetectionHistoryTimeWindow': 'PT5S' | from PT20S to P7D",
                    "'RequiresSession': true, 'ForwardTo': 'b' | Properties.ForwardTo: what requires sessions forwards nothing (rule W1)",
                    "'ForwardTo': 't/Subscriptions/a' | the name of a queue or topic is needed, not the path of a subscription",
                    "'ForwardDeadLetteredMessagesTo': 'q/$deadletterqueue' | not the path of a dead-letter queue"
                })
        void outsideTheirLimitsAreRefusedWithThem(String properties, String expected) {
            assertThat(problemOf(properties)).contains(expected);
        }

        @Test
        void thatSayTheSameTwiceAreRefused() {
            assertThat(
                            problems(
                                    FileFixture.queues(
                                            "{'Name': 'q', 'Properties': {'MaxSizeInMegabytes': 5}, 'Peeklock': {'MaxSizeInBytes': 5242880}}")))
                    .singleElement()
                    .asString()
                    .contains("Peeklock.MaxSizeInBytes: there is MaxSizeInMegabytes already");
        }
    }

    @Nested
    class Rules {

        private String problemOf(String rule) {
            List<String> all = problems(FileFixture.topics(
                    "{'Name': 't', 'Subscriptions': [{'Name': 's', 'Rules': [{'Name': 'r', 'Properties': {" + rule
                            + "}}]}]}"));
            assertThat(all).hasSize(1);
            return all.get(0);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "'FilterType': 'Sql', 'SqlFilter': {'SqlExpression': 'a >'} | Rules[0].Properties.SqlFilter: ",
                    "'FilterType': 'Sql', 'SqlFilter': {'SqlExpression': 'a = 1'}, 'Action': {'SqlExpression': 'SET'} | Rules[0].Properties.Action.SqlExpression: ",
                    "'FilterType': 'Sql', 'SqlFilter': {} | SqlFilter: the field SqlExpression is missing",
                    "'FilterType': 'Sql', 'CorrelationFilter': {'Label': 'x'} | the field SqlFilter is missing",
                    "'FilterType': 'True' | FilterType: the filter's type is Correlation, Sql or Selector, not 'True'",
                    "'SqlFilter': {'SqlExpression': 'a = 1'} | the field FilterType is missing",
                    "'FilterType': 'Correlation', 'CorrelationFilter': {} | asks for nothing",
                    "'FilterType': 'Correlation', 'CorrelationFilter': {'Subject': 'x'} | known are ContentType, CorrelationId, Label",
                    "'FilterType': 'Correlation', 'CorrelationFilter': {'Properties': {'a': [1]}} | Properties.a: a text, a number",
                    "'FilterType': 'Correlation', 'CorrelationFilter': {'Label': 'x', 'Properties': {'a': null}} | Properties.a: a text, a number",
                    "'FilterType': 'Correlation', 'CorrelationFilter': {'Properties': {'a': 1e999}} | no room in 64 bits",
                    "'FilterType': 'Correlation', 'CorrelationFilter': {'Properties': {'a': {'Type': 'Guid', 'Value': 'x'}}} | is no value",
                    "'FilterType': 'Selector', 'SelectorFilter': {'Selector': 'a ='} | Rules[0].Properties.SelectorFilter: "
                })
        @Tag("R7")
        void thatCannotBeReadAreRefused(String rule, String expected) {
            assertThat(problemOf(rule)).contains(expected.strip());
        }
    }
}
