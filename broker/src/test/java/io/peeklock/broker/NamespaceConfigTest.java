/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.journal.memory.MemoryJournalStore;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a namespace is opened with if nothing is said. */
class NamespaceConfigTest {

    @Test
    @Tag("P7")
    @Tag("W5")
    void hasTheDefaultsOfProfileJms() {
        NamespaceConfig defaults = NamespaceConfig.defaults();
        assertThat(defaults.profile()).isEqualTo(Profile.JMS);
        assertThat(defaults.operationTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(defaults.autoCreate()).isTrue();
        assertThat(defaults.autoCreatePartitioned()).isFalse();
        assertThat(defaults.bodyMemoryBytes()).isEqualTo(Runtime.getRuntime().maxMemory() / 8);
    }

    @Test
    @Tag("P7")
    void warnsOfAnOperationTimeoutOf15SecondsOrLess() {
        assertThat(withTimeout(Duration.ofSeconds(15)).warnings())
                .singleElement()
                .asString()
                .contains("15000 ms", "Timeout", "60 s");
        assertThat(withTimeout(Duration.ofMillis(15_001)).warnings()).isEmpty();
    }

    @Test
    @Tag("P7")
    void itsWarningsAreTheNamespacesToo() throws Exception {
        NamespaceConfig hasty = withTimeout(Duration.ofSeconds(5));
        try (LocalNamespace bus = LocalNamespace.open(new MemoryJournalStore(1, false), hasty)) {
            assertThat(bus.warnings()).isEqualTo(hasty.warnings()).hasSize(1);
        }
    }

    private static NamespaceConfig withTimeout(Duration timeout) {
        NamespaceConfig defaults = NamespaceConfig.defaults();
        return new NamespaceConfig(
                defaults.profile(),
                timeout,
                defaults.autoCreate(),
                defaults.autoCreatePartitioned(),
                defaults.bodyMemoryBytes(),
                defaults.indexMemoryBytes());
    }
}
