/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** docs/configuration.md says what the code does. */
class ConfigurationDocumentTest {

    @Test
    void isWhatTheSettingsSay() throws IOException {
        assertThat(ConfigurationDocument.file())
                .as("run ConfigurationDocument.main in jms-provider's test sources to write it anew")
                .hasContent(ConfigurationDocument.render());
        assertThat(Files.readString(ConfigurationDocument.file())).isEqualTo(ConfigurationDocument.render());
    }
}
