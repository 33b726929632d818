/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Command lines, good and bad.
 *
 * <p>Not thread safe.
 */
final class ArgumentsTest {

    @Nested
    final class Defaults {

        @Test
        void takeTheSecondFieldOfTheTextThatComesWithTheSample() throws BadInputException {
            Arguments arguments = Arguments.parse();
            assertThat(arguments.input()).isNull();
            assertThat(arguments.file()).isEmpty();
            assertThat(arguments.keyField()).isEqualTo(new KeyField(2, null));
            assertThat(arguments.store()).isNull();
            assertThat(arguments.keep()).isFalse();
        }

        @Test
        void takeTheFirstFieldOfAGivenFile() throws BadInputException {
            Arguments arguments = Arguments.parse("orders.txt");
            assertThat(arguments.file()).contains(Path.of("orders.txt"));
            assertThat(arguments.keyField()).isEqualTo(new KeyField(1, null));
        }
    }

    @Nested
    final class Parse {

        @Test
        void takesEveryOptionInAnyOrder() throws BadInputException {
            Arguments arguments = Arguments.parse(
                    "--keep",
                    "--store",
                    "bus",
                    "--separator",
                    ";",
                    "--key-field",
                    "3",
                    "orders.csv",
                    "--consumers",
                    "7",
                    "--partitions",
                    "2",
                    "--refuse",
                    "0");
            assertThat(arguments)
                    .isEqualTo(new Arguments("orders.csv", new KeyField(3, ";"), 7, 0, 2, Path.of("bus"), true, false));
        }

        @Test
        void takesADashForStandardInput() throws BadInputException {
            Arguments arguments = Arguments.parse("-");
            assertThat(arguments.input()).isEqualTo(Arguments.STANDARD_INPUT);
            assertThat(arguments.file()).isEmpty();
        }

        @Test
        void readsBackslashTAsATab() throws BadInputException {
            assertThat(Arguments.parse("--separator", "\\t").keyField().separator())
                    .isEqualTo("\t");
        }

        @ParameterizedTest
        @ValueSource(strings = {"--help", "-h"})
        void takesTheWishForHelp(String option) throws BadInputException {
            assertThat(Arguments.parse(option).help()).isTrue();
        }

        @ParameterizedTest
        @CsvSource({
            "--key-field,0",
            "--key-field,x",
            "--key-field,2147483648",
            "--consumers,1",
            "--consumers,65",
            "--partitions,0",
            "--partitions,-16",
            "--refuse,-1",
            "--refuse,1.5"
        })
        void refusesImpossibleNumbersNamingThem(String option, String value) {
            assertThatThrownBy(() -> Arguments.parse(option, value))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(option)
                    .hasMessageContaining(value);
        }

        @ParameterizedTest
        @ValueSource(strings = {"--key-field", "--separator", "--store"})
        void refusesAnOptionWithoutItsValue(String option) {
            assertThatThrownBy(() -> Arguments.parse(option))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(option + " needs a value");
        }

        @Test
        void refusesUnknownOptions() {
            assertThatThrownBy(() -> Arguments.parse("--kepe"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("--kepe");
        }

        @Test
        void refusesTwoInputs() {
            assertThatThrownBy(() -> Arguments.parse("a", "b"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("a and b");
        }

        @Test
        void refusesAnEmptyName() {
            assertThatThrownBy(() -> Arguments.parse("")).isInstanceOf(BadInputException.class);
        }
    }
}
