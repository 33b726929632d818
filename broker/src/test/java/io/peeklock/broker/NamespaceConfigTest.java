/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
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
}
