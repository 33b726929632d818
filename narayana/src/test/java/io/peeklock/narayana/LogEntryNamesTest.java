/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecord;
import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecordWrappingPlugin;
import java.nio.file.Path;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The names of log entries, beside a plug-in that was there before.
 *
 * <p>Not thread safe.
 */
final class LogEntryNamesTest {

    @TempDir
    Path directory;

    private XAResource plain;

    @BeforeEach
    void open() {
        plain = new FileStoreResource(new FileStore(directory));
    }

    private static XAResourceRecord entry(XAResource resource) {
        return new XAResourceRecord(null, resource, null, null);
    }

    @Nested
    class Alone {

        @Test
        void takeThoseOfWrappers() {
            XAResourceRecord entry = entry(NamedResource.of("words", plain));
            new LogEntryNames().transcribeWrapperData(entry);
            assertThat(entry.getJndiName()).isEqualTo("words");
            assertThat(entry.getProductName()).isEqualTo("words");
        }

        @Test
        void leaveOthersWithout() {
            XAResourceRecord entry = entry(plain);
            new LogEntryNames().transcribeWrapperData(entry);
            assertThat(entry.getJndiName()).isNull();
        }

        @Test
        void knowNoOtherSystems() throws Exception {
            assertThat(new LogEntryNames().getEISName(plain)).isZero();
            assertThat(new LogEntryNames().getEISName(0)).isEqualTo("unknown");
        }
    }

    @Nested
    class BesideAnother {

        private final LogEntryNames names = new LogEntryNames(new Before());

        @Test
        void keepWhatThatHasNamed() {
            XAResourceRecord entry = entry(NamedResource.of("words", plain));
            names.transcribeWrapperData(entry);
            assertThat(entry.getJndiName()).isEqualTo("before");
        }

        @Test
        void askThatForOtherSystems() throws Exception {
            assertThat(names.getEISName(plain)).isEqualTo(7);
            assertThat(names.getEISName(7)).isEqualTo("seven");
        }

        /** Somebody else's. */
        private static final class Before implements XAResourceRecordWrappingPlugin {

            @Override
            public void transcribeWrapperData(XAResourceRecord entry) {
                entry.setJndiName("before");
            }

            @Override
            public Integer getEISName(XAResource resource) {
                return 7;
            }

            @Override
            public String getEISName(Integer id) {
                return "seven";
            }
        }
    }
}
