/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.core.SpringVersion;
import org.springframework.jms.core.JmsTemplate;

/** These tests run twice, see this module's pom: this one holds that it is with the Spring that is meant. */
class SpringVersionTest {

    @Test
    void isTheOneOfThisExecution() {
        assertThat(SpringVersion.getVersion())
                .isEqualTo(JmsTemplate.class.getPackage().getImplementationVersion())
                .isEqualTo(System.getProperty("peeklock.spring"));
    }
}
