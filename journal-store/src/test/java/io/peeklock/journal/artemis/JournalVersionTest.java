/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.utils.ByteUtil;
import org.junit.jupiter.api.Test;

/** Some tests of this module run more than once, see its pom: this one holds that it is with the libraries that are meant. */
class JournalVersionTest {

    @Test
    void isArtemisOfThisExecution() {
        assertThat(JournalImpl.class.getPackage().getImplementationVersion())
                .isEqualTo(System.getProperty("peeklock.artemis"));
        assertThat(ByteUtil.class.getPackage().getImplementationVersion())
                .isEqualTo(System.getProperty("peeklock.artemis"));
    }

    @Test
    void isNettyOfThisExecution() {
        assertThat(ByteBuf.class.getPackage().getImplementationVersion())
                .startsWith(System.getProperty("peeklock.netty", ""));
    }
}
