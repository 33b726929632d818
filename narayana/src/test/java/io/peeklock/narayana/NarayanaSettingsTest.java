/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Narayana cannot be set to.
 *
 * <p>Has no state; any thread.
 */
final class NarayanaSettingsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static NarayanaSettings with(String node, Duration period, Duration backOff, Duration orphans) {
        return new NarayanaSettings(Path.of("tx"), node, MINUTE, period, backOff, orphans);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "12345678901234567890123456789",
                "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
            })
    void aNodeIdThatDoesNotFitIntoAnXidIsRefused(String node) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(node, MINUTE, MINUTE, MINUTE))
                .withMessageContaining("1 to 28 bytes");
    }

    @Test
    void aNodeIdThatIsMissingIsAskedForByTheNameOfItsSetting() {
        assertThatIllegalArgumentException()
                .isThrownBy(PeeklockTransactions.narayana(Path.of("tx"))::start)
                .withMessageEndingWith("this has 0: ''. Name it with node(...), another one in each process");
    }

    @Test
    void aNodeIdOf28BytesIsTaken() {
        assertThat(with("1234567890123456789012345678", MINUTE, MINUTE, MINUTE).node())
                .hasSize(28);
    }

    @Test
    void noBackOffIsRefusedSinceNarayanaWouldWaitForEver() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with("n", MINUTE, Duration.ZERO, MINUTE))
                .withMessageContaining("recovery back-off is whole seconds, at least 1");
    }

    @Test
    void partsOfSecondsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with("n", Duration.ofMillis(1500), MINUTE, MINUTE))
                .withMessageContaining("PT1.5S");
    }

    @Test
    void aNegativeOrphanSafetyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with("n", MINUTE, MINUTE, Duration.ofMillis(-1)))
                .withMessageContaining("orphan safety");
    }
}
