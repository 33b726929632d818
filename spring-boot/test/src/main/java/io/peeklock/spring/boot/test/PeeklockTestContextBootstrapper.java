/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import org.springframework.boot.test.context.SpringBootTestContextBootstrapper;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Finds the application of a {@link PeeklockTest}, and its properties. */
final class PeeklockTestContextBootstrapper extends SpringBootTestContextBootstrapper {

    @Override
    protected String[] getProperties(Class<?> testClass) {
        PeeklockTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, PeeklockTest.class);
        return test == null ? new String[0] : test.properties();
    }
}
