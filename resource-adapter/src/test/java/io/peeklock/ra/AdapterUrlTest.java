/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.resource.spi.ResourceAdapterInternalException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with an adapter's URL is said when it starts. */
class AdapterUrlTest {

    @ParameterizedTest
    @CsvSource({
        "peeklock:mem:a?partitons=3, did you mean partitions",
        "${peeklock.url}, names a system property that is not set: ${peeklock.url}",
        "tcp://nowhere, peeklock:file:"
    })
    void itIsRefused(String url, String why) {
        assertThatExceptionOfType(ResourceAdapterInternalException.class)
                .isThrownBy(() -> TestServer.start(url))
                .withMessageContaining("property url of the resource adapter")
                .withMessageContaining(why);
    }
}
