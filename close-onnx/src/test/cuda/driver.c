/*
 * CUDA's libraries as ONNX Runtime's CUDA provider calls them, for a machine without a GPU: memory of
 * the "GPU" is the processor's, copies are made and written down, and kernels compute nothing.
 *
 * So the provider opens graphs, chooses who runs which node, inserts its copies and runs loops as it
 * does on a GPU; only numbers are meaningless. One rule keeps loops going: a single byte that comes
 * back from the GPU is 1, as that is a loop's condition.
 *
 * Compiled once for each library (LIBRARY_CUDART, LIBRARY_CUBLAS, LIBRARY_CUBLASLT, LIBRARY_CUDNN);
 * dry-run.sh adds a function that returns success for every other name the provider asks for.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int status;
typedef void *handle;

/* Results of kernels that were not run: small numbers in every type, true as a truth value. */
enum { GARBAGE = 1, HANDLE_BYTES = 512, WORKSPACE_BYTES = 256 };

static status new_handle(handle *out) {
  *out = calloc(1, HANDLE_BYTES);
  return 0;
}

#ifdef LIBRARY_CUDART

enum { HOST_TO_DEVICE = 1, DEVICE_TO_HOST = 2, DEVICE_TO_DEVICE = 3 };

static const char *const COPIES[] = {"other", "h2d", "d2h", "d2d"};

/* One line an event: a copy's direction, "allocated" or "freed", and its bytes. */
static void note(const char *event, size_t bytes) {
  static FILE *log;
  const char *path = getenv("CUDA_DRY_RUN_LOG");
  if (path != NULL && log == NULL) log = fopen(path, "a");
  if (log != NULL) {
    fprintf(log, "%s %zu\n", event, bytes);
    fflush(log);
  }
}

static status allocate(void **out, size_t bytes) {
  *out = malloc(bytes > 0 ? bytes : 1);
  if (*out == NULL) return 2;
  memset(*out, GARBAGE, bytes);
  return 0;
}

/* Memory of the GPU: its size lies before it. */
enum { HEADER = 256 };

static status allocate_on_gpu(void **out, size_t bytes) {
  char *block;
  status result = allocate((void **)&block, bytes + HEADER);
  if (result != 0) return result;
  memcpy(block, &bytes, sizeof bytes);
  note("allocated", bytes);
  *out = block + HEADER;
  return 0;
}

static status free_on_gpu(void *p) {
  if (p != NULL) {
    size_t bytes;
    memcpy(&bytes, (char *)p - HEADER, sizeof bytes);
    note("freed", bytes);
    free((char *)p - HEADER);
  }
  return 0;
}

static status copy(void *to, const void *from, size_t bytes, int kind) {
  note(COPIES[kind >= HOST_TO_DEVICE && kind <= DEVICE_TO_DEVICE ? kind : 0], bytes);
  memcpy(to, from, bytes);
  if (kind == DEVICE_TO_HOST && bytes == 1) *(char *)to = 1;
  return 0;
}

status cudaMalloc(void **out, size_t n) { return allocate_on_gpu(out, n); }
status cudaMallocFromPoolAsync(void **out, size_t n, handle p, handle s) {
  return allocate_on_gpu(out, n);
}
status cudaHostAlloc(void **out, size_t n, unsigned flags) { return allocate(out, n); }
status cudaMallocHost(void **out, size_t n) { return allocate(out, n); }
status cudaFree(void *p) { return free_on_gpu(p); }
status cudaFreeAsync(void *p, handle s) { return free_on_gpu(p); }
status cudaFreeHost(void *p) { free(p); return 0; }
status cudaMemcpy(void *to, const void *from, size_t n, int kind) { return copy(to, from, n, kind); }
status cudaMemcpyAsync(void *to, const void *from, size_t n, int kind, handle s) {
  return copy(to, from, n, kind);
}
status cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width,
                         size_t height, int kind, handle s) {
  for (size_t row = 0; row < height; row++)
    copy((char *)to + row * to_pitch, (const char *)from + row * from_pitch, width, kind);
  return 0;
}
status cudaMemset(void *p, int value, size_t n) { memset(p, value, n); return 0; }
status cudaMemsetAsync(void *p, int value, size_t n, handle s) { memset(p, value, n); return 0; }
status cudaMemGetInfo(size_t *unused, size_t *total) {
  *unused = (size_t)40 << 30;
  *total = (size_t)80 << 30;
  return 0;
}
status cudaMemPoolCreate(handle *out, const void *properties) { return new_handle(out); }
status cudaMemPoolGetAttribute(handle pool, int attribute, void *value) {
  *(uint64_t *)value = 0;
  return 0;
}

status cudaGetDeviceCount(int *count) { *count = 1; return 0; }
status cudaGetDevice(int *device) { *device = 0; return 0; }
status cudaDriverGetVersion(int *version) { *version = 13000; return 0; }
status cudaRuntimeGetVersion(int *version) { *version = 12080; return 0; }
const char *cudaGetErrorName(status s) { return "cudaSuccess"; }
const char *cudaGetErrorString(status s) { return "no error"; }

static void put_int(char *properties, size_t offset, int value) {
  memcpy(properties + offset, &value, sizeof value);
}
static void put_size(char *properties, size_t offset, size_t value) {
  memcpy(properties + offset, &value, sizeof value);
}

/* Fields of cudaDeviceProp (CUDA 12) by their offsets: a GPU of compute capability 9.0. */
status cudaGetDeviceProperties_v2(char *p, int device) {
  memset(p, 0, 1032);
  strcpy(p, "dry run");
  put_size(p, 288, (size_t)80 << 30); /* totalGlobalMem */
  put_size(p, 296, 49152);            /* sharedMemPerBlock */
  put_int(p, 304, 65536);             /* regsPerBlock */
  put_int(p, 308, 32);                /* warpSize */
  put_int(p, 320, 1024);              /* maxThreadsPerBlock */
  put_int(p, 324, 1024);              /* maxThreadsDim */
  put_int(p, 328, 1024);
  put_int(p, 332, 64);
  put_int(p, 336, 2147483647);        /* maxGridSize */
  put_int(p, 340, 65535);
  put_int(p, 344, 65535);
  put_int(p, 360, 9);                 /* major, minor */
  put_int(p, 388, 132);               /* multiProcessorCount */
  put_int(p, 616, 50 << 20);          /* l2CacheSize */
  put_int(p, 624, 2048);              /* maxThreadsPerMultiProcessor */
  put_size(p, 640, 233472);           /* sharedMemPerMultiprocessor */
  put_int(p, 648, 65536);             /* regsPerMultiprocessor */
  put_size(p, 696, 232448);           /* sharedMemPerBlockOptin */
  return 0;
}

/* cudaDeviceAttr: the same GPU. */
status cudaDeviceGetAttribute(int *value, int attribute, int device) {
  switch (attribute) {
    case 1: case 2: case 3: *value = 1024; break;
    case 4: *value = 64; break;
    case 5: *value = 2147483647; break;
    case 6: case 7: *value = 65535; break;
    case 8: *value = 49152; break;
    case 10: *value = 32; break;
    case 12: case 82: *value = 65536; break;
    case 16: *value = 132; break;
    case 39: *value = 2048; break;
    case 75: *value = 9; break;
    case 76: *value = 0; break;
    case 81: *value = 233472; break;
    case 97: *value = 232448; break;
    default: *value = 1;
  }
  return 0;
}

struct function_attributes {
  size_t shared, constant, local;
  int threads, registers, ptx, binary, cache, dynamic;
};
status cudaFuncGetAttributes(struct function_attributes *out, const void *function) {
  *out = (struct function_attributes){0, 0, 0, 1024, 32, 90, 90, 0, 49152};
  return 0;
}
status cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, const void *function,
                                                              int size, size_t shared, unsigned f) {
  *blocks = 2;
  return 0;
}

status cudaEventCreate(handle *out) { return new_handle(out); }
status cudaEventCreateWithFlags(handle *out, unsigned flags) { return new_handle(out); }
status cudaEventElapsedTime(float *milliseconds, handle a, handle b) {
  *milliseconds = 0.1f;
  return 0;
}
status cudaStreamCreate(handle *out) { return new_handle(out); }
status cudaStreamCreateWithFlags(handle *out, unsigned flags) { return new_handle(out); }
status cudaStreamIsCapturing(handle stream, int *capturing) { *capturing = 0; return 0; }
status cudaLaunchHostFunc(handle stream, void (*function)(void *), void *data) {
  function(data);
  return 0;
}
status cudaGetDriverEntryPoint(const char *name, void **out, unsigned long long flags, int *found) {
  *out = NULL;
  if (found != NULL) *found = 1;
  return 500;
}

struct dimensions { unsigned x, y, z; };
handle *__cudaRegisterFatBinary(void *binary) {
  static handle registered[8];
  return registered;
}
status __cudaPopCallConfiguration(struct dimensions *grid, struct dimensions *block, size_t *shared,
                                  handle *stream) {
  *grid = *block = (struct dimensions){1, 1, 1};
  *shared = 0;
  *stream = NULL;
  return 0;
}

#elif defined(LIBRARY_CUBLAS)

status cublasCreate_v2(handle *out) { return new_handle(out); }
status cublasGetMathMode(handle blas, int *mode) { *mode = 0; return 0; }
const char *cublasGetStatusName(status s) { return "CUBLAS_STATUS_SUCCESS"; }
const char *cublasGetStatusString(status s) { return "success"; }

#elif defined(LIBRARY_CUBLASLT)

status cublasLtCreate(handle *out) { return new_handle(out); }
status cublasLtMatmulDescCreate(handle *out) { return new_handle(out); }
status cublasLtMatmulPreferenceCreate(handle *out) { return new_handle(out); }
status cublasLtMatrixLayoutCreate(handle *out) { return new_handle(out); }
status cublasLtMatrixTransformDescCreate(handle *out) { return new_handle(out); }
status cublasLtMatmulAlgoGetHeuristic(handle lt, handle product, handle a, handle b, handle c,
                                      handle d, handle preference, int wanted, char *results,
                                      int *found) {
  memset(results, 0, 80);
  *found = 1;
  return 0;
}

#elif defined(LIBRARY_CUDNN)

size_t cudnnGetVersion(void) { return 91000; }
const char *cudnnGetErrorString(status s) { return "CUDNN_STATUS_SUCCESS"; }
void cudnnGetLastErrorString(char *message, size_t size) { message[0] = 0; }
status cudnnCreate(handle *out) { return new_handle(out); }
status cudnnCreateTensorDescriptor(handle *out) { return new_handle(out); }
status cudnnCreateFilterDescriptor(handle *out) { return new_handle(out); }
status cudnnCreateConvolutionDescriptor(handle *out) { return new_handle(out); }
status cudnnCreateReduceTensorDescriptor(handle *out) { return new_handle(out); }
status cudnnCreateActivationDescriptor(handle *out) { return new_handle(out); }
status cudnnGetReductionIndicesSize(handle h, handle r, handle a, handle c, size_t *bytes) {
  *bytes = WORKSPACE_BYTES;
  return 0;
}
status cudnnGetReductionWorkspaceSize(handle h, handle r, handle a, handle c, size_t *bytes) {
  *bytes = WORKSPACE_BYTES;
  return 0;
}
status cudnnGetConvolutionForwardWorkspaceSize(handle h, handle x, handle w, handle c, handle y,
                                               int algorithm, size_t *bytes) {
  *bytes = WORKSPACE_BYTES;
  return 0;
}
status cudnnBackendCreateDescriptor(int type, handle *out) { return new_handle(out); }
status cudnnBackendGetAttribute(handle descriptor, int name, int type, int64_t wanted,
                                int64_t *count, void *values) {
  if (count != NULL) *count = 1;
  if (values != NULL && wanted > 0 && type != 0) memset(values, 0, 8);
  return 0;
}

#endif
